#include <memory>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/election/belenios.h"
#include "cli/options.h"
#include "cli/speak.h"
#include "governance/election/bodies.h"
#include "json/words.h"

namespace comity::cli {

namespace {

constexpr std::int64_t kElectionDay = 86'400;

struct ElectionNewOptions {
    std::string title;
    std::string description;
    std::vector<std::string> candidates;
    std::vector<std::string> trustees;
    std::vector<std::string> classes;
    std::vector<std::string> groups;
    std::string method = "votes";
    std::vector<std::string> grades;
    std::int64_t seats = 1;
    std::int64_t min = 0;
    std::int64_t max = 0;
    std::int64_t registration = 7;
    std::int64_t days = 7;
    std::string opens;
    std::string closes;
};

Result<Time> time_or(const std::string& given, const std::string& option, Time otherwise) {
    if (given.empty()) return otherwise;
    auto time = parse_time(given);
    if (!time) return within(option, time.error());
    return time;
}

Result<void> announce_election(Context& context, const ElectionNewOptions& options) {
    governance::ElectionBody body;
    body.title = options.title;
    body.description = options.description;
    body.candidates = options.candidates;
    body.trustees = options.trustees;
    body.seats = options.seats;
    body.min = options.min;
    body.max = options.max == 0 ? options.seats : options.max;
    json::Object electorate;
    if (!options.classes.empty()) electorate["classes"] = json::array_of(options.classes);
    if (!options.groups.empty()) electorate["groups"] = json::array_of(options.groups);
    if (electorate.empty()) electorate["everybody"] = true;
    body.electorate_json = electorate;
    const std::int64_t now = context.clock->now().seconds();
    COMITY_TRY(body.opens, time_or(options.opens, "--opens",
                                   Time::from_seconds(now + options.registration * kElectionDay)));
    COMITY_TRY(body.closes, time_or(options.closes, "--closes",
                                    Time::from_seconds(body.opens.seconds() + options.days * kElectionDay)));
    body.method = options.method;
    body.grades = options.grades;
    if (body.shuffled() && (options.min != 0 || options.max != 0))
        return invalid("--max", "goes not with --method " + options.method,
                       "a ballot ranks or grades as many as it wants to");
    body.group = body.shuffled() ? "RFC-3526-2048" : "BELENIOS-2048";
    COMITY_TRY(const BeleniosFolder folder, BeleniosFolder::make());
    COMITY_TRY(const std::string token, folder.run({"setup", "generate-token"}));
    body.uuid = token.substr(0, token.find('\n'));
    json::Object form = governance::election_json(body);
    if (const auto read = governance::parse_election(form); !read) return std::unexpected(read.error());
    return say_and_print(
        context,
        {.type = std::string(governance::kElection), .audience = for_everybody(), .body = std::move(form)});
}

}  // namespace

void add_election_new(Command& election, Context& context) {
    auto options = std::make_shared<ElectionNewOptions>();
    Command command = election.add_command(
        {.name = "new",
         .summary = "Announce a secret election of persons",
         .description =
             "Until it opens its electors register credentials (comity election register) and its trustees "
             "give keys (comity election trustee). Ballots are sealed to all trustees together: what the "
             "ballots come to is opened at the end, and no single one, unless all trustees conspire. Who "
             "has voted is public, as who was there.\n\n"
             "By votes (the default) the sum alone is ever opened. Ranked and graded ballots are shuffled by "
             "each trustee in turn (comity election shuffle) and then opened one by one, so that nobody "
             "knows "
             "whose each was; with many candidates and few electors, a voter who has told somebody a "
             "peculiar "
             "order can be known by it.",
         .examples = {
             {"comity election new --title \"Chair 2027\" --candidate \"Amina W.\" --candidate \"Bo "
              "L.\" --trustee cert-ke --trustee kenic",
              ""},
             {"comity election new --title Board --method stv --seats 3 --candidate A --candidate B "
              "--candidate C --candidate D --trustee cert-ke --trustee kenic",
              "ranked"},
             {"comity election new --title Logo --method majority-judgment --grade Good --grade Fair "
              "--grade Poor --candidate A --candidate B --trustee cert-ke",
              "graded"}}});
    command.add_option("--title", options->title, "What for").required();
    command.add_option("--description", options->description, "What is to be known of it");
    command.add_option("--candidate", options->candidates, "Who can be elected (repeat)")
        .required()
        .type_name("NAME");
    command
        .add_option("--trustee", options->trustees,
                    "Who opens the sum of the ballots, with the others (repeat)")
        .required()
        .type_name("MEMBER");
    command.add_option("--class", options->classes, "Only members of that class vote (repeat)")
        .one_of({"government", "international", "company", "technical", "civil", "citizen"});
    command.add_option("--group", options->groups, "Only members of that group vote (repeat)");
    command
        .add_option("--method", options->method, "How it is counted: votes, stv, schulze, majority-judgment")
        .one_of({"votes", "stv", "schulze", "majority-judgment"});
    command
        .add_option("--grade", options->grades, "Of majority judgment: the grades, the best first (repeat)")
        .type_name("GRADE");
    command.add_option("--seats", options->seats, "How many are elected").range(1, 25);
    command.add_option("--min", options->min, "How many one ballot chooses at least").range(0, 25);
    command.add_option("--max", options->max, "And at most; as many as there are seats").range(1, 25);
    command.add_option("--registration", options->registration, "Days until it opens").range(1, 365);
    command.add_option("--days", options->days, "Days that ballots count").range(1, 365);
    command.add_option("--opens", options->opens, "When it opens").type_name("TIME");
    command.add_option("--closes", options->closes, "Until when ballots count").type_name("TIME");
    add_signing_options(command, context);
    command.on_run(context, [options](Context& c) { return announce_election(c, *options); });
}

}  // namespace comity::cli
