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
    std::string body;  // a file
    std::vector<std::string> co_authors;
};
void add_text_options(Command& command, TextOptions& options);
// Those of the texts alone: --text and --title where they need not be given, --translation, --note,
// --co-author.
void add_language_options(Command& command, TextOptions& options);
// Reads the files; the form is checked as a statement's is.
Result<governance::ProposalBody> read_texts(Context& context, const TextOptions& options);

// "en=rule.txt": the language, and the rest.
Result<std::pair<std::string, std::string>> by_language(const std::string& text, const std::string& option);

// Of a proposal as it is answered (GET /api/v1/proposals/{id}): the version with that id or its beginning, or
// the newest; a version's texts and what goes with them; may that member revise it?
const json::Object& version_named(const json::Object& proposal, std::string_view id);
Result<governance::ProposalBody> texts_of(const json::Object& version);
Result<void> check_reviser(const json::Object& proposal, const json::Object& version,
                           const std::string& member);

}  // namespace comity::cli
