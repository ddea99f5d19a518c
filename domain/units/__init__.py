"""Units: a company, its departments and teams, as a tree whose past shape is kept."""
