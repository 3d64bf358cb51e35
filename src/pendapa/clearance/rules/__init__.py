"""Clearance as plain functions: :mod:`flow` (who may do what when), :mod:`checks` (what the facts say), :mod:`form` (what was
filled in), :mod:`attachments` (what a file is)."""
