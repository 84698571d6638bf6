"""The forms of surveys: drawing one up, and answering."""
