// Programs run by the benchmarks: started, read, and ended by their process id.
#pragma once

#include <sys/types.h>
#include <cstdint>
#include <string>
#include <vector>

namespace comity::bench {

class Process {
  public:
    // Standard output and error go into the file. Aborts where it cannot be started.
    Process(const std::vector<std::string>& command, const std::string& output);
    ~Process();  // ended, and waited for
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;

    double resident_mib() const;       // now
    double anonymous_mib() const;      // resident, without what is mapped from files: the page cache's
    double processor_seconds() const;  // that it has used until now
    int wait();                        // for its end; its exit code
    void stop();

  private:
    pid_t pid_;
    bool ended_ = false;
};

std::string read_file(const std::string& path);
// An HTTP GET's status on loopback; 0 where nobody answers.
int get_status(std::uint16_t port, const std::string& path);
// One that nobody listens on just now.
std::uint16_t free_port();
bool have_program(const std::string& name);

}  // namespace comity::bench
