"""What may be said, and where it comes from: guidance texts, helplines and the searchable library."""
