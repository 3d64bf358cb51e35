"""Reports of a round: :mod:`kinds` which there are, :mod:`data` and :mod:`papers` what stands in them, :mod:`layout` how they
become docx and PDF, :mod:`sheets` the workbook of all answers. Their words are Indonesian in every language of the pages."""
