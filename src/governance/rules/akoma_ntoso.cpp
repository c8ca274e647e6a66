#include "governance/rules/akoma_ntoso.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace comity::governance {
namespace {

using ledger::Witnessed;

struct Language {
    std::string_view two, three;  // ISO 639-1, ISO 639-2
    std::string_view article;
};
constexpr std::array<Language, 6> kCodes = {{{"en", "eng", "Article"},
                                             {"fr", "fra", "Article"},
                                             {"es", "spa", "Artículo"},
                                             {"ru", "rus", "Статья"},
                                             {"ar", "ara", "المادة"},
                                             {"zh", "zho", "第"}}};

// What XML 1.0 cannot hold (control characters) is left out.
std::string date_of(Witnessed at) {
    return format_time_millis(Time::from_seconds(at)).substr(0, 10);
}

struct Part {
    std::string heading;  // "Article 3"; empty before the first
    std::vector<std::string> paragraphs;
};

std::vector<Part> parts_of(std::string_view text, std::string_view article) {
    std::vector<Part> parts(1);
    bool open = false;  // a paragraph goes on over line ends until an empty line
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
        // In Chinese "第三条" is an article, "第" alone is not.
        const bool begins = line.starts_with(article) &&
                            (article != "第" || line.find("条") != std::string_view::npos) &&
                            line.size() < 200;
        if (begins) {
            parts.push_back({std::string(line), {}});
            open = false;
        } else if (line.empty()) {
            open = false;
        } else if (open) {
            parts.back().paragraphs.back().append(" ").append(line);
        } else {
            parts.back().paragraphs.emplace_back(line);
            open = true;
        }
    }
    std::erase_if(parts, [](const Part& part) { return part.heading.empty() && part.paragraphs.empty(); });
    return parts;
}

void add_body(std::string& out, const std::vector<Part>& parts) {
    int number = 0, article = 0;
    for (const Part& part : parts) {
        const bool is_article = !part.heading.empty();
        const std::string_view element = is_article ? "article" : "section";
        const std::string id =
            is_article ? fmt::format("art_{}", ++article) : fmt::format("sec_{}", ++number);
        out += fmt::format("      <{} eId=\"{}\">\n", element, id);
        if (is_article) out += fmt::format("        <num>{}</num>\n", xml_text(part.heading));
        out += "        <content>\n";
        for (const std::string& paragraph : part.paragraphs)
            out += fmt::format("          <p>{}</p>\n", xml_text(paragraph));
        if (part.paragraphs.empty()) out += "          <p/>\n";
        out += fmt::format("        </content>\n      </{}>\n", element);
    }
}

struct Event {
    Witnessed at;
    std::string_view type;
    std::string source;
};

}  // namespace

std::string akoma_ntoso(const RuleVersion& rule, std::string_view language, const ledger::Roll& roll) {
    const ProposalText& text = rule.text.shown(language);
    const auto known = std::ranges::find(kCodes, text.language, &Language::two);
    const std::string work = fmt::format("/akn/un/act/comity/{}/{}/{}", roll.community.hex().substr(0, 16),
                                         date_of(rule.adopted), rule.number);
    const std::string expression = fmt::format("{}/{}@{}", work, known->three, date_of(rule.from));
    std::vector<Event> events{{rule.adopted, "generation", "#adoption"}};
    if (rule.from != rule.adopted) events.push_back({rule.from, "generation", "#force"});
    if (rule.suspension) {
        events.push_back({rule.suspension->from, "amendment", "#suspension"});
        events.push_back({rule.suspension->until, "amendment", "#suspension-end"});
    }
    if (rule.until != ledger::kNever) events.push_back({rule.until, "repeal", "#end"});

    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<akomaNtoso xmlns=\"http://docs.oasis-open.org/legaldocml/ns/akn/3.0\">\n"
        "  <act name=\"rule\" contains=\"singleVersion\">\n    <meta>\n      <identification "
        "source=\"#community\">\n";
    const auto level = [&](std::string_view name, const std::string& uri, Witnessed date,
                           std::string_view what, const std::string& more) {
        out += fmt::format(
            "        <{0}>\n          <FRBRthis value=\"{1}/!main\"/>\n          <FRBRuri value=\"{1}\"/>\n"
            "          <FRBRdate date=\"{2}\" name=\"{3}\"/>\n          <FRBRauthor href=\"#author\"/>\n"
            "{4}        </{0}>\n",
            name, xml_text(uri), date_of(date), what, more);
    };
    level("FRBRWork", work, rule.adopted, "adoption",
          fmt::format("          <FRBRcountry value=\"un\"/>\n          <FRBRnumber value=\"{}\"/>\n",
                      xml_text(rule.number)));
    level("FRBRExpression", expression, rule.from, "force",
          fmt::format(
              "          <FRBRversionNumber value=\"{}\"/>\n          <FRBRlanguage language=\"{}\"/>\n",
              rule.version, known->three));
    level("FRBRManifestation", expression + ".xml", rule.from, "force", "");
    out += "      </identification>\n      <lifecycle source=\"#community\">\n";
    int number = 0;
    for (const Event& event : events) {
        out += fmt::format("        <eventRef eId=\"e{}\" date=\"{}\" type=\"{}\" source=\"{}\"/>\n",
                           ++number, date_of(event.at), event.type, event.source);
    }
    out += "      </lifecycle>\n      <references source=\"#community\">\n";
    const auto organization = [&](std::string_view id, std::string_view href, std::string_view name) {
        out += fmt::format("        <TLCOrganization eId=\"{}\" href=\"{}\" showAs=\"{}\"/>\n", id,
                           xml_text(href), xml_text(name));
    };
    organization("community", "/ontology/organization/comity/" + roll.community.hex(), roll.name);
    const ledger::Member* author = roll.find(rule.author);
    organization("author", "/ontology/organization/comity/" + rule.author,
                 author == nullptr ? rule.author : author->name);
    const auto reference = [&](std::string_view id, const std::string& what) {
        out += fmt::format(
            "        <TLCReference eId=\"{}\" name=\"{}\" href=\"/ontology/statement/comity/{}\" "
            "showAs=\"{}\"/>\n",
            id, id, rule.opening.hex(), xml_text(what));
    };
    for (const Event& event : events) {
        const std::string id = event.source.substr(1);
        reference(id, id == "adoption" ? fmt::format("Adopted by the vote {}", rule.opening.hex())
                      : id == "end"    ? rule.ended
                                       : id);
    }
    out += "      </references>\n    </meta>\n    <preface>\n";
    out += fmt::format("      <p><docNumber>{}</docNumber> <docTitle>{}</docTitle></p>\n",
                       xml_text(rule.number), xml_text(text.title));
    if (!text.authentic) out += "      <p>A translation, which binds nobody.</p>\n";
    out += "    </preface>\n    <body>\n";
    add_body(out, parts_of(text.text, known->article));
    out += "    </body>\n  </act>\n</akomaNtoso>\n";
    return out;
}

}  // namespace comity::governance
