"""Whether names.py finds what collides."""

import unittest

import names


class NamesTest(unittest.TestCase):
    others = names.read("# What it is\n\n# someone/console, 4.0, of 2026\nCommand Option\n\n# an/other, 1\nOption")

    def test_a_name_is_found_with_all_its_packages(self):
        self.assertEqual(
            names.colliding({"Option", "RESPCommand"}, self.others, "type"),
            ["the type Option is also one of someone/console, an/other"])

    def test_a_target_without_our_name_is_found(self):
        self.assertEqual(
            names.unmarked({"Cachetory", "CCachetoryEpoll", "Redis"}),
            ["the target Redis does not begin with Cachetory"])

    def test_names_that_were_renamed_for_it_stand_in_the_table(self):
        types = names.read((names.NAMES / "types.txt").read_text())
        self.assertIn("swift-nio-ssl", " ".join(types["TLSConfiguration"]))
        self.assertIn("RediStack", " ".join(types["RESPValue"]))
        targets = names.read((names.NAMES / "targets.txt").read_text())
        self.assertIn("vapor/redis", targets["Redis"])


if __name__ == "__main__":
    unittest.main()
