"""Pages: `portal` for anyone, `inbox` for those who work at a desk."""
