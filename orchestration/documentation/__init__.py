"""The documentation site: the pages of docs/ and a dictionary of every table, put together for the builder of the site.

Belongs here: what is written into the folder that Zensical reads. Does not: the site's builder and look (docs/site.yml), the pages' text.
"""
