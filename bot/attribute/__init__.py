"""Step 5, attribute: claims as printed → attributions with country, rule, confidence and evidence. Pure; rules and gazetteer
are data that people edit."""

from bot.attribute.attributor import Attributor, load_attributor

__all__ = ["Attributor", "load_attributor"]
