// Options that several commands share.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "json/value.h"
#include "ledger/audience.h"

namespace comity::cli {

// "15m", "2h", "1d", "90s", in seconds. kInvalid names the option.
Result<std::int64_t> parse_interval(std::string_view text, std::string option);

// --node, --token, --as: for what reads a node.
void add_reading_options(Command& command, Context& context);
// The same and --key: for what signs a statement and submits it.
void add_signing_options(Command& command, Context& context);

// --tlp, --to, --group, --person: who may read what is said.
struct AudienceOptions {
    std::string tlp;
    std::vector<std::string> members;
    std::vector<std::string> groups;
    std::vector<std::string> persons;
};
void add_audience_options(Command& command, AudienceOptions& options);
// Without --tlp: amber where members or groups are named, red where persons are, `otherwise` where nobody is.
Result<ledger::Audience> audience_of(const AudienceOptions& options, std::string_view otherwise);

}  // namespace comity::cli
