"""The retrospective as something to read: a page, a document, in English or Chinese."""
