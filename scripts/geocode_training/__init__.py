"""Invented cities with the noise of real address lists, to train and to try the geocoder.

`city.make_city` writes three frames: what several sources list (table), what is asked for
(queries), and the truth. `settings.py` holds every rate with its range and the reason for it; each
city draws its own. No name is taken from a real list: `words.py` holds morphemes and generic words
of the language, and names are put together from them anew for each city.
"""
