"""How the sample company's cycles went: one module of links, changes and corrections for each."""
