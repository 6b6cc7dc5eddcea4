"""Step 7, render: messages and rows as texts for people; hostile text is made harmless here."""
