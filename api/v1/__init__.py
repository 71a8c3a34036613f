"""The same steps as on the pages, as JSON under `/api/v1`, one module for each thing.

A body is read strictly: an unknown field is refused. The types are those of the
service itself; what the documentation says of them is taken from the types
(`api.schema`), so that it cannot be wrong.
"""
