"""Step 7, render: messages and rows as text for people. Hostile text is made harmless here."""
