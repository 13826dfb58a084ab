"""Everything that knows folium; what comes out is our own page."""
