"""The service: who assesses what, on what evidence, and what is said about it.

An `Assessment` holds a response, its review and the profile that follows; an
`ImprovementPlan` says what to do; a `Report` says all of it to a reader.
"""
