// What the commands of the clearing house share.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/divide/divide_source.h"
#include "cli/options.h"
#include "cli/speak.h"

namespace comity::cli {

// "120", "0.5": above 0. kInvalid names the option.
Result<double> amount_option(const std::string& text, std::string_view option);
// "ID=DAY=AMOUNT" and the like, parted at "=" into exactly `parts`.
Result<std::vector<std::string>> parted(const std::string& text, std::size_t parts, std::string_view option,
                                        std::string_view form);

// What may be added to a need or offer on the command line.
struct TermOptions {
    std::string title, kind, subject, amount, unit, from, to, note;
    std::vector<std::string> conditions, standards;
};
void add_term_options(Command& command, TermOptions& options, bool subject_required);
Result<void> put_terms(json::Object& body, const TermOptions& options);

// A name of one's own as "member/name"; one with a member stays.
std::string own_ref(const std::string& member, const std::string& name);

// The next revision of what a member says under this name: 0 for the first. "need", "offer", "commitment",
// "delivery".
Result<std::int64_t> next_revision(Source& source, std::string_view of, const std::string& ref);
// Whom a statement was for: what follows it is for the same, and tells nobody else of it.
Result<ledger::Audience> audience_of_statement(Source& source, const std::string& id);
// The same where the options name nobody.
Result<ledger::Audience> audience_after(Source& source, const AudienceOptions& options,
                                        const std::string& id);
// Takes it back. kNotFound where there is nothing to take back.
Result<void> withdraw_and_print(Context& context, std::string_view of, const std::string& name,
                                const std::string& reason);

}  // namespace comity::cli
