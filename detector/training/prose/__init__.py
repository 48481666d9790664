"""The researcher's bench of the prose model: recipes, fitting, measuring, comparing."""
