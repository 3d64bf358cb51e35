"""Documents for people: letters and books as docx and PDF, with an institution's letterhead and its own templates.

:mod:`making` makes them, :mod:`letters` lays a letter out, :mod:`actions` takes templates and letterheads,
:mod:`queries` finds what holds and what was made.
"""
