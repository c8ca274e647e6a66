// The examples of docs/stix.md: each object gets the answer below it, each command the line below it.
#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "intelligence/pattern/pattern.h"
#include "intelligence/stix/object.h"
#include "testing/shared_data.h"

namespace comity::intelligence {
namespace {

struct Block {
    std::string kind;
    std::string text;  // without the last line feed
};

std::vector<Block> blocks() {
    std::vector<Block> found;
    std::istringstream document(testing::file_text("docs/stix.md"));
    bool inside = false;
    for (std::string line; std::getline(document, line);) {
        if (line.starts_with("```")) {
            inside = !inside;
            if (inside) found.push_back({line.substr(3), {}});
        } else if (inside) {
            std::string& text = found.back().text;
            text += (text.empty() ? "" : "\n") + line;
        }
    }
    return found;
}

TEST(StixDocument, SaysOfItsObjectsWhatIsSaidOfThem) {
    const std::vector<Block> all = blocks();
    std::size_t checked = 0;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) {
        if (all[i].kind != "json") continue;
        ASSERT_EQ(all[i + 1].kind, "text");
        const auto object = parse_object(all[i].text);
        EXPECT_EQ(object ? "valid" : object.error().message(), all[i + 1].text);
        ++checked;
    }
    EXPECT_EQ(checked, 2u);
}

TEST(StixDocument, SaysOfItsPatternsWhatIsSaidOfThem) {
    constexpr std::string_view kCommand = "$ comity intel pattern check \"";
    std::size_t checked = 0;
    for (const Block& block : blocks()) {
        if (block.kind != "console") continue;
        std::istringstream lines(block.text);
        std::string command;
        std::string answer;
        while (std::getline(lines, command) && std::getline(lines, answer)) {
            ASSERT_TRUE(command.starts_with(kCommand) && command.ends_with('"')) << command;
            const auto pattern =
                parse_pattern(command.substr(kCommand.size(), command.size() - kCommand.size() - 1));
            EXPECT_EQ(
                pattern ? "The pattern is well formed." : "comity: pattern: " + pattern.error().message(),
                answer);
            ++checked;
        }
    }
    EXPECT_EQ(checked, 4u);
}

}  // namespace
}  // namespace comity::intelligence
