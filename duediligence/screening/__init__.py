"""Files are hostile until looked through: what may be kept, what is refused, what is asked about.

`screen` decides; each kind of file has a module that knows its dangers.
"""
