"""From English captions to Korean ones: a grammar, a glossary and what joins them."""
