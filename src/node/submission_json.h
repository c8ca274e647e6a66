// A submission as JSON text (docs/formats.md, "Submitting"): the body of POST /api/v1/statements, and a line
// of a member's export. The bytes of envelope and objects are taken and given as they stand.
#pragma once

#include <string>
#include <string_view>

#include "ledger/ledger.h"

namespace comity::node {

// {"envelope":{...},"objects":[...],"attachments":["<base64>"]}; kInvalid with the field.
Result<ledger::Submission> parse_submission(std::string_view text);
std::string submission_json(const ledger::Submission& submission);  // one line

}  // namespace comity::node
