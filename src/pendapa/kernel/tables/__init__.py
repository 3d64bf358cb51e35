"""Tables (*tabel*): one column definition makes the form, the list, the template, the import and the export."""
