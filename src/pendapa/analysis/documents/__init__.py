"""*Dokumen Arsitektur SPBE*: a release as a book, in chapters, as docx and PDF.

:mod:`chapters` shape the book from what a person may see, :mod:`book` numbers it, :mod:`pdf` and :mod:`word` write it,
:mod:`actions` start and run the work.
"""
