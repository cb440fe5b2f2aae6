"""Where the numbers of `sdk/vts/moods/taxonomies.json` come from, and how well they hold."""
