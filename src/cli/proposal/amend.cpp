#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/proposal/texts.h"
#include "cli/source.h"
#include "cli/speak.h"
#include "governance/voting/amendment.h"

namespace comity::cli {

namespace {

struct ProposalAmendOptions {
    std::string id;
    std::string quote;
    std::string replacement;
    std::string language = "en";
    std::vector<std::string> texts;
    std::vector<std::string> titles;
    std::string note;
};

// The one place where the passage stands.
Result<governance::Edit> edit_of(const ProposalAmendOptions& options, const governance::ProposalText& text) {
    const std::size_t at = text.text.find(options.quote);
    if (at == std::string::npos) {
        return invalid("--quote", fmt::format("does not stand in the text in \"{}\"", text.language),
                       "quote it word for word: comity proposal show");
    }
    if (text.text.find(options.quote, at + 1) != std::string::npos) {
        return invalid("--quote", "stands there more than once",
                       "quote more of it, or give the whole text as it shall be: --text");
    }
    return governance::Edit{text.language, false, at, options.quote, options.replacement};
}

Result<void> add_edits(const std::string& before, const std::string& after, const std::string& language,
                       bool in_title, governance::AmendmentBody& into) {
    if (before == after) return invalid(in_title ? "--title" : "--text", "is what stands there already");
    for (governance::Edit& edit : governance::edits_between(before, after, language, in_title))
        into.edits.push_back(std::move(edit));
    return {};
}

Result<governance::AmendmentBody> read_amendment(Context& context, const ProposalAmendOptions& options,
                                                 const governance::ProposalBody& version) {
    governance::AmendmentBody body;
    body.note = options.note;
    const auto text_of = [&](const std::string& language,
                             const std::string& option) -> Result<const governance::ProposalText*> {
        const auto at = std::ranges::find(version.texts, language, &governance::ProposalText::language);
        if (at == version.texts.end())
            return invalid(option, fmt::format("there is no text in \"{}\"", language));
        return &*at;
    };
    if (!options.quote.empty()) {
        COMITY_TRY(const governance::ProposalText* text, text_of(options.language, "--language"));
        COMITY_TRY(body.edits.emplace_back(), edit_of(options, *text));
    }
    for (const std::string& given : options.texts) {
        COMITY_TRY(const auto named, by_language(given, "--text"));
        COMITY_TRY(const governance::ProposalText* text, text_of(named.first, "--text"));
        COMITY_TRY(const std::string after, read_file(context, named.second, governance::kMaxProposalText));
        COMITY_CHECK(add_edits(text->text, after, named.first, false, body));
    }
    for (const std::string& given : options.titles) {
        COMITY_TRY(const auto named, by_language(given, "--title"));
        COMITY_TRY(const governance::ProposalText* text, text_of(named.first, "--title"));
        COMITY_CHECK(add_edits(text->title, named.second, named.first, true, body));
    }
    if (body.edits.empty()) {
        return invalid("--quote", "is missing",
                       "say what changes: --quote and --with, or the text as it shall be: --text");
    }
    return body;
}

Result<void> amend(Context& context, const ProposalAmendOptions& options) {
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const std::string member, acting_member(context, *source));
    COMITY_TRY(const json::Object proposal, source->proposal(options.id, ""));
    const json::Object& version = version_named(proposal, options.id);
    COMITY_TRY(const governance::ProposalBody texts, texts_of(version));
    COMITY_TRY(governance::AmendmentBody body, read_amendment(context, options, texts));
    COMITY_TRY(body.version, Digest::from_hex(field(version, "id")));
    json::Object form = governance::amendment_json(body);
    if (const auto read = governance::parse_amendment(form); !read) return std::unexpected(read.error());
    const governance::AmendmentBody* const one = &body;
    if (const auto fits = governance::amended(texts, {&one, 1}); !fits) return std::unexpected(fits.error());
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kAmendment),
                                               .audience = for_everybody(),
                                               .body = std::move(form)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_proposal_amend(Command& proposal, Context& context) {
    auto options = std::make_shared<ProposalAmendOptions>();
    Command command = proposal.add_command(
        {.name = "amend",
         .summary = "Propose an amendment: other words for a passage of a version",
         .description =
             "Any member may. The proposal's author opens the vote on it (comity proposal open AMENDMENT), "
             "and what is adopted goes into the next version (comity proposal consolidate): without it "
             "there is no vote on the whole.",
         .examples = {
             {"comity proposal amend 6b1f20aa --quote \"within 3 days\" --with \"within 24 hours\" --note "
              "\"Worms are faster\"",
              ""},
             {"comity proposal amend 6b1f20aa --text en=as-we-want-it.txt --text fr=voulu.txt",
              "what differs is told from the files"}}});
    command
        .add_option("PROPOSAL", options->id,
                    "Its id, or that of a version: 8 digits or more; the newest is amended, or the one named")
        .required();
    command.add_option("--quote", options->quote, "The passage that goes, word for word");
    command.add_option("--with", options->replacement, "What comes instead; without it the passage goes");
    command.add_option("--language", options->language, "Of the passage")
        .one_of({"en", "fr", "es", "ru", "ar", "zh"});
    command.add_option("--text", options->texts, "The whole text as it shall be (repeat)")
        .type_name("LANGUAGE=FILE");
    command.add_option("--title", options->titles, "The title as it shall be (repeat)")
        .type_name("LANGUAGE=TITLE");
    command.add_option("--note", options->note, "What is changed and why");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return amend(c, *options); });
}

}  // namespace comity::cli
