"""Proof that travels: what is signed, how it is checked, and what is kept of it.

Nothing here knows a database, the web or a clock.
"""
