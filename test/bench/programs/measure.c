/*
 * measure FILE SECONDS PROGRAM [WORD ...]: run a program in a process group of its own and write to FILE what it and all that it waited for
 * took: user seconds, system seconds, wall seconds, the most memory that one of its processes had in KiB, its exit status, and 1 when it was
 * ended after SECONDS. wait4(2) counts everything, however short; that this program is small matters, since a child's peak is never said
 * to be less than what its parent had when it was started.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile pid_t child;
static volatile sig_atomic_t late;

static void end(int signal) {
  if (signal == SIGALRM) late = 1;
  if (child > 0) kill(-child, SIGKILL);
  if (signal != SIGALRM) _exit(128 + signal);
}

static double seconds(struct timeval t) { return t.tv_sec + t.tv_usec / 1e6; }

int main(int count, char **words) {
  struct timespec began, ended;
  struct rusage usage;
  int status;
  if (count < 4) return 2;
  clock_gettime(CLOCK_MONOTONIC, &began);
  child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    setpgid(0, 0);
    execvp(words[3], words + 3);
    _exit(127);
  }
  setpgid(child, child);
  signal(SIGALRM, end);
  signal(SIGINT, end);
  signal(SIGTERM, end);
  signal(SIGHUP, end);
  double limit = atof(words[2]);
  struct itimerval timer = { .it_value = { .tv_sec = (time_t)limit, .tv_usec = (limit - (time_t)limit) * 1e6 } };
  setitimer(ITIMER_REAL, &timer, NULL);
  while (wait4(child, &status, 0, &usage) < 0 && errno == EINTR) continue;
  clock_gettime(CLOCK_MONOTONIC, &ended);
  FILE *out = fopen(words[1], "w");
  if (out == NULL) return 2;
  double wall = (ended.tv_sec - began.tv_sec) + (ended.tv_nsec - began.tv_nsec) / 1e9;
  fprintf(out, "%f %f %f %ld %d %d\n", seconds(usage.ru_utime), seconds(usage.ru_stime), wall, usage.ru_maxrss, WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), late);
  return fclose(out) == 0 ? 0 : 2;
}
