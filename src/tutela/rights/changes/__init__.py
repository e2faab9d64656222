"""Changes of law: proposed as files, held against every open case, approved by a second person, published."""
