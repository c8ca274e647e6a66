#include <fmt/format.h>

#include <memory>
#include <ostream>

#include "cli/command.h"
#include "cli/commands.h"
#include "cli/member/member_file.h"
#include "cli/open_node.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/secret_input.h"
#include "cli/source.h"
#include "crypto/sealing.h"
#include "federation/http_source.h"
#include "json/fields.h"
#include "node/key_files.h"
#include "node/submission_json.h"

namespace comity::cli {

namespace {

struct MemberExportOptions {
    std::string file;
    std::string password_file;
};

// Where a member's statements are read: the data folder, as its operator does, or a node over the line, as
// the member itself does.
class Reader {
  public:
    virtual ~Reader() = default;
    virtual Result<MemberFileHeader> header(const std::string& member) = 0;
    virtual Result<std::vector<Digest>> statements(const std::string& member) = 0;  // as they were taken
    virtual Result<ledger::Submission> submission(const Digest& id) = 0;            // kNotFound: not whole
};

class LocalReader final : public Reader {
  public:
    explicit LocalReader(std::unique_ptr<node::Node> node) : node_(std::move(node)) {}

    Result<MemberFileHeader> header(const std::string& member) override {
        const auto roll = node_->ledger().roll();
        if (roll->find(member) == nullptr)
            return not_found("there is no member " + member, "comity member list shows them");
        return MemberFileHeader{roll->community, member, node_->ledger().identity().origin, {}};
    }
    Result<std::vector<Digest>> statements(const std::string& member) override {
        std::vector<Digest> ids;
        COMITY_TRY(const auto session, node_->database().reader());
        COMITY_CHECK(session->each("SELECT id FROM statements WHERE author = $1 ORDER BY seq", {member},
                                   [&](const db::Row& row) {
                                       ids.push_back(row.digest(0));
                                       return true;
                                   }));
        return ids;
    }
    Result<ledger::Submission> submission(const Digest& id) override {
        return node_->mirrors().submission(id);
    }
    // A key that lies here for the member.
    Result<std::optional<crypto::NamedSecret>> key(const std::string& member) {
        auto secret = node::read_secret_key(node_->config().data / "keys" / (member + ".key"));
        if (secret) return *std::move(secret);
        if (secret.error().kind == ErrorKind::kNotFound) return std::nullopt;
        return std::unexpected(std::move(secret).error());
    }

  private:
    std::unique_ptr<node::Node> node_;
};

class RemoteReader final : public Reader {
  public:
    RemoteReader(Context& context, std::unique_ptr<Source> source)
        : source_(std::move(source)), line_({.url = context.node, .token = context.token}) {}

    Result<MemberFileHeader> header(const std::string& member) override {
        COMITY_TRY(const json::Object node, source_->node());
        COMITY_CHECK(source_->member(member));
        const json::Value value(node);
        COMITY_TRY(json::Fields fields, json::Fields::of(value, "node"));
        COMITY_TRY(const json::Object* community, fields.object("community"));
        COMITY_TRY(const json::Object* log, fields.object("log"));
        const json::Value community_value(*community);
        const json::Value log_value(*log);
        COMITY_TRY(json::Fields in_community, json::Fields::of(community_value, "community"));
        COMITY_TRY(json::Fields in_log, json::Fields::of(log_value, "log"));
        MemberFileHeader header{{}, member, {}, {}};
        COMITY_TRY(const std::string id, in_community.text("id", 64, 64));
        COMITY_TRY(header.community, Digest::from_hex(id));
        COMITY_TRY(header.origin, in_log.text("origin", 1, 500));
        return header;
    }
    Result<std::vector<Digest>> statements(const std::string& member) override {
        COMITY_TRY(
            const auto list,
            source_->statements({.type = {}, .author = member, .newest_first = false, .limit = INT64_MAX}));
        std::vector<Digest> ids;
        for (const json::Object& one : list) {
            const json::Value value(one);
            COMITY_TRY(json::Fields fields, json::Fields::of(value, "statements"));
            COMITY_TRY(const std::string id, fields.text("id", 64, 64));
            COMITY_TRY(ids.emplace_back(), Digest::from_hex(id));
        }
        return ids;
    }
    Result<ledger::Submission> submission(const Digest& id) override {
        ledger::Submission submission;
        COMITY_TRY(submission.envelope, source_->envelope(id.hex()));
        COMITY_TRY(const crypto::Envelope envelope, crypto::parse_envelope(submission.envelope));
        COMITY_TRY(const ledger::Statement statement, ledger::parse_statement(envelope));
        if (statement.id != id) return refused(id.hex(), "was answered with another statement");
        if (statement.objects) {
            COMITY_TRY(ledger::ObjectList list, line_.objects(id, statement.objects->count));
            submission.objects = std::move(list.data);
            submission.holes = std::move(list.holes);
        }
        for (const ledger::AttachmentRef& ref : statement.attachments) {
            COMITY_TRY(submission.attachments.emplace_back(), line_.attachment(id, ref));
        }
        submission.envelope = envelope.write();
        return submission;
    }

  private:
    std::unique_ptr<Source> source_;
    federation::HttpSource line_;
};

Result<void> write(Context& context, const MemberExportOptions& options, Reader& reader,
                   MemberFileHeader header) {
    COMITY_TRY(const auto ids, reader.statements(header.member));
    COMITY_TRY(MemberFileWriter file, MemberFileWriter::create(options.file, header));
    std::size_t whole = 0;
    std::vector<std::string> missing;
    for (const Digest& id : ids) {
        const auto submission = reader.submission(id);
        if (submission ? !submission->holes.empty() : submission.error().kind == ErrorKind::kNotFound) {
            missing.push_back(id.hex());
            continue;
        }
        if (!submission) return std::unexpected(submission.error());
        COMITY_CHECK(file.add(node::submission_json(*submission)));
        ++whole;
    }
    COMITY_CHECK(file.finish());
    if (context.json) {
        json::Array list;
        for (const std::string& id : missing) list.emplace_back(id);
        print_json(context, json::Object{{"member", header.member},
                                         {"statements", whole},
                                         {"keys", header.keys.size()},
                                         {"missing", std::move(list)}});
        return {};
    }
    context.out << fmt::format("{}: {} statements of {}, {} keys\n", printable(options.file), whole,
                               header.member, header.keys.size());
    for (const std::string& id : missing) context.err << "Not whole here, and left out: " << id << '\n';
    return {};
}

Result<void> run(Context& context, const MemberExportOptions& options) {
    if (!context.node.empty()) {
        COMITY_TRY(auto source, Source::open(context));
        RemoteReader reader(context, std::move(source));
        COMITY_TRY(MemberFileHeader header, reader.header(context.as));
        return write(context, options, reader, std::move(header));
    }
    COMITY_TRY(auto node, open_node(context));
    LocalReader reader(std::move(node));
    COMITY_TRY(MemberFileHeader header, reader.header(context.as));
    COMITY_TRY(const auto key, reader.key(context.as));
    if (key) {
        COMITY_TRY(const std::string password, new_password(context, options.password_file));
        COMITY_TRY(header.keys.emplace_back(), crypto::seal_with_password(key->text(), password));
    }
    return write(context, options, reader, std::move(header));
}

}  // namespace

void add_member_export(Command& member, Context& context) {
    auto options = std::make_shared<MemberExportOptions>();
    Command command = member.add_command(
        {.name = "export",
         .summary = "Write all that is a member's own into a file",
         .description =
             "All that it said, with what its statements carry, in the order in which the node took it. In a "
             "data folder, the key that the node holds for the member goes with it, sealed with a password "
             "that is asked for. Over the network (--node), it is what the token's account may read, and no "
             "key. comity member import brings it to another node.",
         .examples = {{"comity member export ke.member --as cert-ke", ""},
                      {"comity member export ke.member --as cert-ke --node https://cert-ke.example --token T",
                       "as the member itself, from elsewhere"}}});
    command.add_option("FILE", options->file, "The file to write").required();
    command.add_option("--password-file", options->password_file, "Where the password is (-: standard input)")
        .type_name("FILE");
    add_reading_options(command, context);
    command.on_run(context, [options](Context& c) -> Result<void> {
        if (c.as.empty()) return invalid("--as", "is missing", "name the member");
        return run(c, *options);
    });
}

}  // namespace comity::cli
