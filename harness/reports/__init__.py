"""A judged run as text for people, Jenkins, spreadsheets and programs."""
