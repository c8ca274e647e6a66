#include <algorithm>
#include <memory>

#include "cli/body/forum_source.h"
#include "cli/consultation/commands.h"
#include "cli/files.h"
#include "cli/forms.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/consultation/round_bodies.h"

namespace comity::cli {

namespace {

constexpr std::size_t kMaxSummaryFile = 40'000;

struct ConsultationSummariseOptions {
    std::string id;
    std::string file;
    std::vector<std::string> answers;
};

// The whole id of a comment of the round by its beginning.
Result<std::string> said_in(const json::Object& round, const std::string& id) {
    std::string found;
    for (const json::Value& comment : round.at("comments").as_array()) {
        const std::string whole = field(comment.as_object(), "id");
        if (id.size() < 8 || !whole.starts_with(id)) continue;
        if (!found.empty())
            return conflict("--answer", "is the beginning of several ids", "give more digits");
        found = whole;
    }
    if (found.empty())
        return not_found("--answer: there is no comment " + id + " in the round",
                         "comity consultation show lists them");
    return found;
}

Result<void> summarise(Context& context, const ConsultationSummariseOptions& options) {
    COMITY_TRY(const std::string text, read_file(context, options.file, kMaxSummaryFile));
    COMITY_TRY(const auto source, Source::open(context));
    COMITY_TRY(const json::Object round, ask_forum_item(*source, "consultations", options.id, {}));
    if (const std::string state = field(round, "state"); state == "to-come" || state == "open")
        return refused("CONSULTATION", "has not closed yet", "what counts is said after its close");
    json::Array answers;
    for (const std::string& given : options.answers) {
        const std::size_t equal = given.find('=');
        if (equal == std::string::npos)
            return invalid("--answer", "names no comment", "write it as COMMENT[,COMMENT]=ANSWER");
        json::Array comments;
        std::string ids = given.substr(0, equal);
        while (!ids.empty()) {
            const std::size_t comma = std::min(ids.find(','), ids.size());
            COMITY_TRY(const std::string whole, said_in(round, ids.substr(0, comma)));
            comments.emplace_back(whole);
            ids.erase(0, std::min(comma + 1, ids.size()));
        }
        answers.push_back(
            json::Object{{"comments", std::move(comments)}, {"answer", given.substr(equal + 1)}});
    }
    json::Object form{{"consultation", field(round, "id")}, {"text", text}};
    if (!answers.empty()) form["answers"] = std::move(answers);
    if (const auto read = governance::parse_summary(form); !read) return std::unexpected(read.error());
    COMITY_TRY(const std::string member, acting_member(context, *source));
    if (const std::string author = field(round, "author"); author != member)
        return refused("--as", "the consultation is " + author + "'s", "who has asked answers");
    COMITY_TRY(const Submitted submitted, say(context, *source, member,
                                              {.type = std::string(governance::kSummary),
                                               .audience = for_everybody(),
                                               .body = std::move(form)}));
    print_submitted(context, submitted);
    return {};
}

}  // namespace

void add_consultation_summarise(Command& consultation, Context& context) {
    auto options = std::make_shared<ConsultationSummariseOptions>();
    Command command = consultation.add_command(
        {.name = "summarise",
         .summary = "Say what came of a round, and answer what was said",
         .description = "After the close, by who opened it; the last counts.",
         .examples = {
             {"comity consultation summarise 6b1f20aa summary.txt --answer \"41c7d2e0,5f00aa12=Article 3 now "
              "says who pays\"",
              ""}}});
    command.add_option("CONSULTATION", options->id, "Its id: 8 digits or more").required();
    command.add_option("FILE", options->file, "The summary").required();
    command.add_option("--answer", options->answers, "An answer to comments (repeat)")
        .type_name("COMMENT[,COMMENT]=ANSWER");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return summarise(c, *options); });
}

}  // namespace comity::cli
