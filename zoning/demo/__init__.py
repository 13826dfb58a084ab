"""An invented county with a hidden truth: pure generation, and writing it as a study folder."""

from zoning.demo.county import DemoCounty, generate
from zoning.demo.sizes import DemoSize
from zoning.demo.write import write_demo

__all__ = ["DemoCounty", "DemoSize", "generate", "write_demo"]
