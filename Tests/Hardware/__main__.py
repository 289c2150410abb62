import unittest

unittest.main("Hardware.test_machine")
