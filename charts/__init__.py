"""Pure functions from a small frame to a Plotly figure: no query, no clock, no Streamlit."""
