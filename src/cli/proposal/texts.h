// The texts of a proposal as options give them: --text LANGUAGE=FILE and --title LANGUAGE=TITLE.
#pragma once

#include "cli/command.h"
#include "governance/voting/bodies.h"

namespace comity::cli {

struct TextOptions {
    std::vector<std::string> texts;
    std::vector<std::string> titles;
    std::vector<std::string> translations;  // languages
    std::string note;
    std::string rule;  // a file
    std::vector<std::string> co_authors;
};
void add_text_options(Command& command, TextOptions& options);
// Reads the files; the form is checked as a statement's is.
Result<governance::ProposalBody> read_texts(Context& context, const TextOptions& options);

}  // namespace comity::cli
