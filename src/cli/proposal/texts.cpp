#include "cli/proposal/texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/files.h"
#include "cli/forms.h"

namespace comity::cli {
namespace {

constexpr std::size_t kMaxRule = 64 * 1024;

void add_note_options(Command& command, TextOptions& options) {
    command
        .add_option("--translation", options.translations,
                    "This text is a translation, which binds nobody (repeat)")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    command.add_option("--note", options.note, "What has changed and why");
    command.add_option("--co-author", options.co_authors, "Who may revise it, too (repeat)")
        .type_name("MEMBER");
}

// A part of a proposal out of its file.
template <typename Part>
Result<Part> read_part(Context& context, const std::string& file,
                       Result<Part> (*parse)(const json::Value&, const std::string&)) {
    COMITY_TRY(const std::string text, read_file(context, file, kMaxRule));
    auto value = json::parse(text);
    if (!value) return within(file, value.error());
    auto part = parse(*value, "");
    if (!part) return within(file, part.error());
    return part;
}

}  // namespace

Result<std::pair<std::string, std::string>> by_language(const std::string& text, const std::string& option) {
    const std::size_t equal = text.find('=');
    if (equal == std::string::npos)
        return invalid(option, fmt::format("\"{}\" names no language", text), "write it as en=...");
    return std::pair(text.substr(0, equal), text.substr(equal + 1));
}

void add_language_options(Command& command, TextOptions& options) {
    command.add_option("--text", options.texts, "The text in one of the six languages (repeat)")
        .type_name("LANGUAGE=FILE");
    command.add_option("--title", options.titles, "Its title, in each language (repeat)")
        .type_name("LANGUAGE=TITLE");
    add_note_options(command, options);
}

void add_text_options(Command& command, TextOptions& options) {
    command.add_option("--text", options.texts, "The text in one of the six languages (repeat)")
        .required()
        .type_name("LANGUAGE=FILE");
    command.add_option("--title", options.titles, "Its title, in each language (repeat)")
        .required()
        .type_name("LANGUAGE=TITLE");
    add_note_options(command, options);
    command
        .add_option("--rule", options.rule,
                    "What makes it a rule: number, topics, policy, as JSON (docs/governance.md)")
        .type_name("FILE");
    command
        .add_option("--body", options.body,
                    "What makes it an act on a body of the community, as JSON (docs/formats.md); comity body "
                    "found and its like write it")
        .type_name("FILE");
}

Result<governance::ProposalBody> read_texts(Context& context, const TextOptions& options) {
    governance::ProposalBody body;
    body.note = options.note;
    body.co_authors = options.co_authors;
    for (const std::string& given : options.texts) {
        COMITY_TRY(const auto text, by_language(given, "--text"));
        governance::ProposalText& into = body.texts.emplace_back();
        into.language = text.first;
        into.authentic = std::ranges::find(options.translations, text.first) == options.translations.end();
        COMITY_TRY(into.text, read_file(context, text.second, governance::kMaxProposalText));
    }
    for (const std::string& given : options.titles) {
        COMITY_TRY(const auto title, by_language(given, "--title"));
        const auto at = std::ranges::find(body.texts, title.first, &governance::ProposalText::language);
        if (at == body.texts.end())
            return invalid("--title", fmt::format("there is no text in \"{}\"", title.first),
                           "give it with --text");
        at->title = title.second;
    }
    for (const governance::ProposalText& text : body.texts) {
        if (text.title.empty())
            return invalid("--title", fmt::format("is missing for \"{}\"", text.language));
    }
    if (!options.rule.empty()) {
        COMITY_TRY(body.rule, read_part(context, options.rule, governance::parse_rule_part));
    }
    if (!options.body.empty()) {
        COMITY_TRY(body.organ, read_part(context, options.body, governance::parse_organ_part));
    }
    if (const auto read = governance::parse_proposal(governance::proposal_json(body)); !read)
        return std::unexpected(read.error());
    return body;
}

const json::Object& version_named(const json::Object& proposal, std::string_view id) {
    const json::Array& versions = proposal.at("versions").as_array();
    for (const json::Value& version : versions) {
        const std::string known = field(version.as_object(), "id");
        if (known != field(proposal, "id") && known.starts_with(id)) return version.as_object();
    }
    return versions.back().as_object();
}

Result<governance::ProposalBody> texts_of(const json::Object& version) {
    json::Object form{{"texts", version.at("texts")}};
    for (const char* part : {"rule", "body", "charter", "co_authors"}) {
        if (const json::Value* value = version.if_contains(part)) form[part] = *value;
    }
    return governance::parse_proposal(form);
}

Result<void> check_reviser(const json::Object& proposal, const json::Object& version,
                           const std::string& member) {
    const std::string author = field(proposal, "author");
    if (author == member) return {};
    if (const json::Value* listed = version.if_contains("co_authors")) {
        for (const json::Value& one : listed->as_array()) {
            if (std::string_view(one.as_string()) == member) return {};
        }
    }
    return refused("--as", "the proposal is " + author + "'s", "its author revises it, and its co-authors");
}

}  // namespace comity::cli
