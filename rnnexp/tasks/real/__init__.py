"""Tasks on real data that come with a package or are downloaded."""
