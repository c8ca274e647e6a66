#include "cli/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <algorithm>

#include <sstream>

#include "cli/completion.h"
#include "cli/man.h"
#include "node/version.h"

namespace comity::cli {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

struct Answer {
    int code;
    std::string out;
    std::string err;
};

Answer answer(std::vector<std::string> arguments) {
    std::istringstream in;
    std::ostringstream out, err;
    Context context(in, out, err);
    const int code = run(context, std::move(arguments));
    return {code, out.str(), err.str()};
}

void each(const CommandText& command, const std::function<void(const CommandText&)>& visit) {
    visit(command);
    for (const CommandText& child : command.commands) each(child, visit);
}

std::vector<std::string> words_of(const CommandText& command) {
    return {command.path.begin() + 1, command.path.end()};
}

// As man(7) writes it.
std::string roff(std::string text) {
    std::string out;
    for (const char c : text) out += c == '-' ? "\\-" : std::string(1, c);
    return out;
}

TEST(Program, SaysItsVersion) {
    const Answer a = answer({"--version"});
    EXPECT_EQ(a.code, kDone);
    EXPECT_EQ(a.out, "comity " + std::string(node::kVersion) + "\n");
}

TEST(Program, AloneOrWithANounAloneItPrintsHelpAsAnError) {
    for (const auto& words : std::vector<std::vector<std::string>>{{}, {"key"}, {"member"}, {"log"}}) {
        const Answer a = answer(words);
        EXPECT_EQ(a.code, kUsage);
        EXPECT_THAT(a.out, IsEmpty());
        EXPECT_THAT(a.err, HasSubstr("Usage: comity"));
    }
}

TEST(Program, EveryCommandHelpsOnStandardOutput) {
    each(describe_program(), [](const CommandText& command) {
        std::vector<std::string> words = words_of(command);
        words.emplace_back("--help");
        const Answer a = answer(words);
        EXPECT_EQ(a.code, kDone) << command.name();
        EXPECT_THAT(a.err, IsEmpty()) << command.name();
        EXPECT_THAT(a.out, StartsWith(command.summary)) << command.name();
        EXPECT_THAT(a.out, HasSubstr("Usage: " + command.name())) << command.name();
        for (const OptionText& option : command.options)
            EXPECT_THAT(a.out, HasSubstr(option.spelled())) << command.name();
    });
}

TEST(Program, EveryCommandIsDocumentedAlike) {
    each(describe_program(), [](const CommandText& command) {
        EXPECT_THAT(command.summary, Not(IsEmpty())) << command.name();
        EXPECT_THAT(command.summary, Not(EndsWith("."))) << command.name();
        EXPECT_TRUE(command.summary[0] >= 'A' && command.summary[0] <= 'Z') << command.name();
        if (command.commands.empty()) {
            EXPECT_THAT(command.examples, HasSubstr(command.name())) << command.name();
        }
        for (const OptionText& option : command.options) {
            EXPECT_THAT(option.description, Not(IsEmpty())) << command.name() << ' ' << option.spelled();
            EXPECT_THAT(option.description, Not(EndsWith("."))) << command.name() << ' ' << option.spelled();
        }
    });
}

// The commands in the examples exist: their words lead through the tree and their options are known.
TEST(Program, EveryExampleIsACommandWithKnownOptions) {
    const CommandText root = describe_program();
    each(root, [&](const CommandText& command) {
        std::istringstream lines(command.examples);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t at = line.find("comity ");
            if (line.starts_with('#') || at == std::string::npos) continue;
            std::istringstream words(line.substr(at + 7));
            const CommandText* reached = &root;
            for (std::string word; words >> word;) {
                if (word == "|" || word == ">" || word == "<") break;
                if (!word.starts_with("--")) {
                    for (const CommandText& child : reached->commands) {
                        if (child.path.back() == word) {
                            reached = &child;
                            break;
                        }
                    }
                    continue;
                }
                word = word.substr(0, word.find_first_of("=)"));
                const auto has = [&](const std::vector<OptionText>& options) {
                    return std::ranges::any_of(options, [&](const OptionText& option) {
                        return std::ranges::find(option.names, word) != option.names.end();
                    });
                };
                EXPECT_TRUE(has(reached->options) || has(reached->global)) << line << ": " << word;
            }
            EXPECT_TRUE(reached->commands.empty()) << line;
        }
    });
}

TEST(Program, AMistypedCommandOrOptionIsNamedWithWhatWasMeant) {
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
        {{"kye"}, "comity: \"kye\" is no command: did you mean key?\n"},
        {{"key", "gnerate"}, "comity: key: \"gnerate\" is no command: did you mean generate?\n"},
        {{"statement", "lst"}, "comity: statement: \"lst\" is no command: did you mean list?\n"},
        {{"key", "generate", "a", "--forse"},
         "comity: key generate: --forse is no option: did you mean --force?\n"},
        {{"key", "generate", "a", "b"},
         "comity: key generate: \"b\" is one argument too many: see comity key generate --help\n"},
        {{"key", "generate"}, "comity: key generate: NAME is required: see comity key generate --help\n"},
        {{"zzzzzzz"}, "comity: \"zzzzzzz\" is no command: see comity --help\n"},
    };
    for (const auto& [words, message] : cases) {
        const Answer a = answer(words);
        EXPECT_EQ(a.code, kUsage) << message;
        EXPECT_EQ(a.err, message);
        EXPECT_THAT(a.out, IsEmpty());
    }
}

TEST(Program, HostileArgumentsAreUsageErrorsOrFailuresNeverMore) {
    for (const std::string& word :
         {std::string("\x1b[2J"), std::string(100'000, 'x'), std::string("--"), std::string("-"),
          std::string("--data"), std::string("--data="), std::string("\xff\xfe"), std::string("-j"),
          std::string("--json=maybe"), std::string("%s%n")}) {
        const Answer a = answer({word});
        EXPECT_EQ(a.code, kUsage) << word.substr(0, 20);
        EXPECT_THAT(a.err, Not(HasSubstr("\x1b"))) << word.substr(0, 20);
    }
}

TEST(Program, AnArgumentMayBeNamedLikeACommand) {
    const Answer a = answer({"key", "show", "member"});
    EXPECT_EQ(a.code, kFailed);
    EXPECT_THAT(a.err, HasSubstr("member: no such file"));
}

TEST(ManPages, EveryCommandHasOneWithAllItsOptions) {
    std::size_t pages = 0;
    each(describe_program(), [&](const CommandText& command) {
        const std::string page = man_page(command, "0.0");
        ++pages;
        EXPECT_THAT(page, StartsWith(".TH ")) << command.name();
        EXPECT_THAT(page, HasSubstr(roff(command.summary.substr(0, 10)))) << command.name();
        for (const auto* options : {&command.options, &command.global}) {
            for (const OptionText& option : *options) {
                for (const std::string& name : option.names)
                    EXPECT_THAT(page, HasSubstr(roff(name))) << command.name();
            }
        }
        for (const CommandText& child : command.commands) {
            std::string name = man_file(child);
            name.resize(name.size() - 2);
            EXPECT_THAT(page, HasSubstr(roff(name)));
        }
    });
    EXPECT_GT(pages, 30u);
}

TEST(ManPages, NoLineBecomesARequestByAccident) {
    CommandText command{.path = {"comity"},
                        .summary = "x",
                        .description = ".so /etc/passwd\n'x\nback\\slash",
                        .examples = ".x\n",
                        .options = {},
                        .global = {},
                        .commands = {}};
    const std::string page = man_page(command, "0.0");
    EXPECT_THAT(page, HasSubstr("\\&.so /etc/passwd"));
    EXPECT_THAT(page, HasSubstr("\\&\\(aqx"));
    EXPECT_THAT(page, HasSubstr("back\\eslash"));
    EXPECT_THAT(page, HasSubstr("\n\\&.x"));
}

TEST(Completion, NamesEveryCommandAndOptionInEveryShell) {
    const CommandText root = describe_program();
    const std::string bash = bash_completion(root);
    const std::string zsh = zsh_completion(root);
    const std::string fish = fish_completion(root);
    each(root, [&](const CommandText& command) {
        if (command.path.size() > 1) {
            for (const std::string* script : {&bash, &zsh, &fish})
                EXPECT_THAT(*script, HasSubstr(command.path.back()));
        }
        for (const OptionText& option : command.options) {
            for (const std::string& name : option.names) {
                EXPECT_THAT(bash, HasSubstr(name));
                EXPECT_THAT(zsh, HasSubstr(name));
                if (name.starts_with("--")) {
                    EXPECT_THAT(fish, HasSubstr(" -l " + name.substr(2)));
                }
            }
        }
    });
}

TEST(Wrap, BreaksAtSpacesAndKeepsWhatIsIndented) {
    EXPECT_EQ(wrap("aa bb cc", 2, 7), "  aa bb\n  cc\n");
    EXPECT_EQ(wrap("aaaaaaaaaa bb", 0, 5), "aaaaaaaaaa\nbb\n");
    EXPECT_EQ(wrap("a\n\nb", 1, 10), " a\n\n b\n");
    EXPECT_EQ(wrap("  a table that stays as it is", 0, 10), "  a table that stays as it is\n");
    EXPECT_EQ(wrap("", 3, 10), "");
}

}  // namespace
}  // namespace comity::cli
