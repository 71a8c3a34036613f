"""The edge of the service: HTTP in, HTTP out.

Everything below it works without it: the command line calls `duediligence`
directly, and so will the routes.
"""
