// The PostgreSQL that tests use: the one of COMITY_TEST_POSTGRES, or this program's own; and further ones, to
// be broken.
#pragma once

#include <sys/types.h>
#include <filesystem>
#include <string>

namespace comity::testing {

// The URL of a maintenance database, the cluster started where it must be; empty where there is none, and
// `why` says so.
const std::string& postgres_url(std::string* why = nullptr);

// Whether it was there before this program and stays after it.
bool postgres_is_shared();

// The URL with another database name in it.
std::string with_database(const std::string& url, const std::string& name);

// A cluster of the test's own in a folder, made and run by scripts/postgres.sh. It ends with its owner, or
// with the program however that ends; the folder goes too.
class PostgresCluster {
  public:
    // Makes it and starts it. `settings` are "NAME=VALUE ..." for the server.
    explicit PostgresCluster(std::filesystem::path folder, std::string settings = {});
    ~PostgresCluster();
    PostgresCluster(const PostgresCluster&) = delete;
    PostgresCluster& operator=(const PostgresCluster&) = delete;

    const std::string& url() const { return url_; }
    const std::string& why() const { return why_; }  // it does not run; empty where it does

    void stop();  // at once, as a crash does
    bool start();

  private:
    void guard();

    const std::filesystem::path folder_;
    const std::string settings_;
    pid_t guard_ = 0;
    int alive_ = -1;
    std::string url_;
    std::string why_;
};

}  // namespace comity::testing
