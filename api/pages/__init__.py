"""The pages: the same steps as over the API, as HTML, one module for each journey.

Every page works without JavaScript. A form posts to the address it stands on; a
good answer to it is a redirect, so that loading a page again repeats nothing.
"""
