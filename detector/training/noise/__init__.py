"""Teaching the noise room's tagger: marked pages → examples → a model directory."""
