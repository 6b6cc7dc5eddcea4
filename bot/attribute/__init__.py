"""Step 5, attribute: claims as printed → attributions with country, rule, confidence and evidence. Pure; rules and gazetteer are
data that people edit.

    normalise  →  split  →  resolve (one party: han, states, patterns; names from gazetteer, lexicon, countries)
               →  text (a whole field)  →  roles (verdict)  →  attributor
"""

from bot.attribute.attributor import Attributor, attribute_text, load_attributor

__all__ = ["Attributor", "attribute_text", "load_attributor"]
