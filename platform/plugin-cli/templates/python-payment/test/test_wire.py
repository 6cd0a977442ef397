import json
import unittest

import wire
from wakala_plugin.errors import No


class Wire(unittest.TestCase):
    def refusal(self, call, *given):
        with self.assertRaises(No) as no:
            call(*given)
        return no.exception.kind

    def test_a_paid_payment_has_its_amount_and_receipt(self):
        found = wire.found(200, {"id": "pay-1", "status": "paid", "amount": 10000, "currency": "KES", "receipt": "R1"})
        self.assertEqual((found["state"], found["receipt"], found["amount"]), ("received", "R1", {"minor": 10000, "currency": "KES"}))

    def test_an_unknown_word_decides_nothing(self):
        self.assertEqual(wire.found(200, {"id": "pay-1", "status": "on-hold"})["state"], "pending")

    def test_a_charge_without_a_clear_answer_may_have_happened(self):
        for status, answer in ((200, None), (500, {}), (302, None)):
            self.assertEqual(self.refusal(wire.charged, status, answer), "unknown-outcome")
        self.assertEqual(self.refusal(wire.charged, 422, {"code": "amount", "message": "Too much"}), "rejected")

    def test_a_callback_reports_the_payment_its_address_was_made_for(self):
        event = wire.report("key-1", {"id": "pay-1", "status": "failed", "code": "cancelled"})
        data = json.loads(event["data"])
        self.assertEqual((data["key"], data["state"]), ("key-1", "failed"))
        self.assertEqual(event["extra"], [("reason", "cancelled-by-payer")])
        self.assertEqual(self.refusal(wire.report, None, []), "rejected")
