"""Step 5, attribute: claims as printed → attributions with country, rule, confidence and evidence. Pure; rules and gazetteer are
data that people edit.

    normalise  →  split, pieces (a list → names)  →  resolve (one party: han, states, patterns; names from gazetteer, countries)
               →  text (a whole field)  →  roles (verdict)  →  attributor;  nearest (for people)
"""

from bot.attribute.attributor import Attributor, attribute_text, load_attributor

__all__ = ["Attributor", "attribute_text", "load_attributor"]
