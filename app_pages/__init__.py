"""One file a screen, and the pieces that screens share. The only place beside `dashboard.py` that knows Streamlit."""
