#!/usr/bin/env python3
"""Makes input that hurts: deep, large, malformed and lying. One folder per case.

    generate.py --list
    generate.py OUT [CASE...] [--scale F]

A case is a folder with a compile_commands.json (or none) and sources. Beside it
stands `expected`: the exit statuses that `spawnlint check -p CASE` may have there,
and, after a colon, a word that its stderr must hold. --scale makes the deep and large
ones smaller, for quick tests.
"""
import argparse
import json
import os
import random
import sys

CASES = {}
TELLS = {}


def case(status, says="", big=False, tells=""):
    """`says` is for status 2; `tells` must stand in the report of `check -v`, whatever the status."""
    def register(function):
        CASES[function.__name__.replace("_", "-")] = (function, status, says, big)
        TELLS[function.__name__.replace("_", "-")] = tells
        return function
    return register


class Folder:
    """One case's folder."""

    def __init__(self, path, scale):
        self.path, self.scale = path, scale
        os.makedirs(path, exist_ok=True)

    def size(self, n):
        return max(3, int(n * self.scale))

    def write(self, name, text):
        mode = "wb" if isinstance(text, bytes) else "w"
        full = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, mode) as file:
            file.write(text)
        return full

    def database(self, *entries):
        self.write("compile_commands.json", json.dumps(list(entries), indent=1))

    def entry(self, name, *flags, compiler=None, **more):
        compiler = compiler or ("c++" if name.endswith("pp") else "cc")
        return {"directory": self.path, "file": name, "arguments": [compiler, *flags, "-c", name, "-o", name + ".o"], **more}

    def program(self, name, lines, *flags):
        """One source file and its database."""
        self.write(name, "\n".join(lines) + "\n")
        self.database(self.entry(name, *flags))


SPAWN = """#include <pthread.h>
#include <stdlib.h>
void work(int n);
static void *entry(void *arg) { work(*(int *)arg); return 0; }
int main(void) { pthread_t t; int n = 1; pthread_create(&t, 0, entry, &n); pthread_join(t, 0); return 0; }"""

GOOD = "int good(int a) { return a + 1; }\n"
BAD = SPAWN + "\nvoid work(int n) { if (n) exit(1); }\n"

# --- deep and large ------------------------------------------------------------------


@case("1,3", big=True)
def deep_else_if(folder):
    """60,000 else-ifs, each nested in the one before; the last one exits."""
    n = folder.size(60000)
    lines = [SPAWN, "void work(int n) {", "if (n == 0) n++;"]
    lines += [f"else if (n == {i}) n += {i};" for i in range(1, n)]
    lines += ["else exit(1);", "}"]
    folder.program("deep.c", lines)


@case("1,3", big=True)
def nested_blocks(folder):
    """10,000 blocks within each other, with the bracket depth that clang needs for it."""
    n = folder.size(10000)
    lines = [SPAWN, "void work(int n) {"] + [f"if (n != {i}) {{" for i in range(n)] + ["exit(1);"] + ["}"] * (n + 1)
    folder.program("blocks.c", lines, f"-fbracket-depth={n + 100}")


@case("0,3", big=True)
def nested_blocks_beyond(folder):
    """The same without the flag: clang drops the body, the file is partial."""
    n = folder.size(10000)
    lines = ["void work(int n) {"] + [f"if (n != {i}) {{" for i in range(n)] + ["}"] * (n + 1)
    folder.program("blocks.c", lines)


@case("1,3", big=True)
def big_table(folder):
    """A table of 100,000 structs, with function pointers, one of which is spawned."""
    n = folder.size(100000)
    lines = [SPAWN, "static void a(int n) { if (n) abort(); }", "static void b(int n) { (void)n; }",
             "static const struct row { int id; const char *name; void (*fn)(int); } table[] = {"]
    lines += [f'{{{i}, "row {i}", {"ab"[i % 2]}}},' for i in range(n)]
    lines += ["};", f"void work(int n) {{ table[n % {n}].fn(n); }}"]
    folder.program("table.c", lines)


@case("0,1,3", big=True)
def long_function(folder):
    """A function of 50,000 lines with a branch, a call and a label in every ten."""
    n = folder.size(50000) // 10
    lines = [SPAWN, "extern int get(int);", "extern void put(int);", "void work(int n) {", "int a = 0, b = 1;"]
    for i in range(n):
        lines += [f"a = get({i});", f"if (a > {i})", "  b += a;", "else", "  b -= n;", f"put(a * b + {i});",
                  f"if (b == {i}) goto out;", "while (a-- > 0)", "  b ^= a;", f"n += b % {i + 1};"]
    lines += ["out: if (b == 77) exit(1);", "}"]
    folder.program("long.c", lines)


@case("1,3", big=True)
def long_expression(folder):
    """A sum of 20,000 calls: a left-leaning tree as deep as it is long."""
    n = folder.size(20000)
    lines = [SPAWN, "static int get(int n) { if (n == 5) exit(1); return n; }", "void work(int n) {", "int a = n"]
    lines += [f" + get({i})" for i in range(n)] + [";", "(void)a;", "}"]
    folder.program("sum.c", lines)


@case("1,3", big=True)
def deep_calls(folder):
    """A chain of 20,000 functions between the entry and the exit."""
    n = folder.size(20000)
    lines = [SPAWN, f"static void f{n}(int n) {{ if (n) exit(1); }}"]
    lines += [f"static void f{i}(int n) {{ f{i + 1}(n); }}" for i in range(n - 1, -1, -1)]
    lines += ["void work(int n) { f0(n); }"]
    folder.program("chain.c", lines)


@case("1,3", big=True)
def big_cycle(folder):
    """5,000 functions that call each other in one great cycle with chords."""
    n = folder.size(5000)
    rng = random.Random(1)
    lines = [SPAWN] + [f"void f{i}(int n);" for i in range(n)]
    for i in range(n):
        lines.append(f"void f{i}(int n) {{ if (n == {i}) f{rng.randrange(n)}(n); f{(i + 1) % n}(n - 1);"
                     + (" exit(1); }" if i == n // 2 else " }"))
    lines += ["void work(int n) { f0(n); }"]
    folder.program("cycle.c", lines)


@case("1,3", big=True)
def wide_switch(folder):
    """20,000 cases, some falling through."""
    n = folder.size(20000)
    lines = [SPAWN, "void work(int n) {", "switch (n) {"]
    lines += [f"case {i}: n += {i}; {'break;' if i % 3 else '/* fall through */'}" for i in range(n)]
    lines += ["default: exit(1);", "}", "}"]
    folder.program("switch.c", lines)


@case("1,3", big=True)
def many_spawns(folder):
    """3,000 spawn sites with an entry each, every second one of which exits."""
    n = folder.size(3000)
    lines = ["#include <pthread.h>", "#include <stdlib.h>"]
    for i in range(n):
        body = "exit(1);" if i % 2 else "return a;"
        lines.append(f"static void *e{i}(void *a) {{ {body} }}" if i % 2 == 0 else f"static void *e{i}(void *a) {{ (void)a; {body} }}")
    lines += ["void start(pthread_t *t) {"] + [f"pthread_create(t + {i}, 0, e{i}, 0);" for i in range(n)] + ["}"]
    folder.program("spawns.c", lines)


@case("1,3", big=True)
def deep_templates(folder):
    """800 instantiations deep, with the throw at the bottom."""
    n = folder.size(800)
    folder.program("deep.cpp", [
        "#include <stdexcept>", "#include <thread>",
        "template <int N> struct chain { static int run(int n) { return chain<N - 1>::run(n) + N; } };",
        "template <> struct chain<0> { static int run(int n) { if (n) throw std::runtime_error(\"bottom\"); return 0; } };",
        f"int main() {{ std::thread t([] {{ chain<{n}>::run(1); }}); t.join(); }}"], "-std=c++17", "-ftemplate-depth=2000")


@case("1,3", big=True)
def nested_lambdas(folder):
    """60 lambdas within each other, each spawning the next."""
    n = min(60, folder.size(60))
    text = "throw 1;"
    for i in range(n):
        text = f"std::thread t{i}([] {{ {text} }}); t{i}.join();"
    folder.program("lambdas.cpp", ["#include <thread>", f"int main() {{ {text} }}"], "-std=c++17")


@case("0,1,3", big=True)
def monster(folder):
    """10,000 blocks over 200 channels: for the typestate engine's bound."""
    blocks, channels = folder.size(10000), folder.size(200)
    rng = random.Random(2)
    lines = ["#include <unistd.h>", "extern int choose(int);", "void monster(void) {", f"int fd[{channels}][2], n = 0, flag = 0;"]
    lines += [f"if (pipe(fd[{i}]) != 0) return;" for i in range(channels)]
    for i in range(blocks):
        c = rng.randrange(channels)
        lines.append(rng.choice([
            f"if (choose({i})) {{ close(fd[{c}][1]); fd[{c}][1] = -1; }}",
            f"if (fd[{c}][1] >= 0) n += (int)write(fd[{c}][1], &n, 1);",
            f"if (choose({i})) flag |= {1 << (i % 20)};",
            f"while (choose({i})) {{ if (read(fd[{c}][0], &n, 1) <= 0) break; }}",
            f"if (flag & {1 << (i % 20)}) {{ if (fd[{c}][1] >= 0) close(fd[{c}][1]); if (pipe(fd[{c}]) != 0) goto out; }}"]))
    lines += ["out:", "return;", "}"]
    folder.program("monster.c", lines)


@case("0,1,3", big=True, tells="too large for channel-double-close to follow to its end")
def monster_locals(folder):
    """The same with 200 named variables and no guards at all."""
    blocks, channels = folder.size(10000), folder.size(200)
    rng = random.Random(3)
    lines = ["#include <unistd.h>", "#include <fcntl.h>", "extern int choose(int);", "void monster(const char *path) {"]
    lines += [f"int fd{i} = open(path, O_WRONLY);" for i in range(channels)]
    for i in range(blocks):
        c = rng.randrange(channels)
        lines.append(rng.choice([f"if (choose({i})) close(fd{c});", f"if (choose({i})) write(fd{c}, path, 1);",
                                 f"if (choose({i})) fd{c} = open(path, O_WRONLY);"]))
    lines += ["}"]
    folder.program("monster.c", lines)


@case("0,1,3", big=True)
def macro_storm(folder):
    """A call made of 2^14 macro expansions."""
    depth = min(14, folder.size(14))
    lines = ["void put(int);", "#define M0(x) put(x);"]
    lines += [f"#define M{i}(x) M{i - 1}(x) M{i - 1}(x + {i})" for i in range(1, depth + 1)]
    lines += ["void f(int n) {", f"M{depth}(n)", "}"]
    folder.program("macros.c", lines)


MODERN = '''#include <concepts>
#include <coroutine>
#include <exception>
#include <thread>
#include <tuple>
#include <utility>
template <class T> concept Runs = requires(T t) { { t.run() } -> std::same_as<int>; [] { return 1; }(); };
template <class D> struct crtp { int go() { return static_cast<D *>(this)->run(); } };
struct worker : crtp<worker> { int run() { throw 1; } };
template <Runs... T> int all(T... t) { return (t.go() + ... + 0); }
template <std::size_t... I> auto wide(std::index_sequence<I...>) { return std::make_tuple(static_cast<int>(I)...); }
template <int N> struct deep { static int f(int n) { return deep<N - 1>::f(n) + 1; } };
template <> struct deep<0> { static int f(int n) { if (n) throw n; return n; } };
struct task { struct promise_type { task get_return_object() { return {}; } std::suspend_never initial_suspend() { return {}; } std::suspend_never final_suspend() noexcept { return {}; } void return_void() {} void unhandled_exception() { std::terminate(); } }; };
task co(int n) { co_await std::suspend_always{}; if (n) throw n; co_return; }
int with_default(int a, int (*f)(int) = [](int x) { return x + 1; }) { return f(a); }
using odd = decltype([](auto x) { return x; });
consteval int at_compile(int n) { return n * 2; }
int main() {
    std::thread t([] { all(worker{}, worker{}); deep<DEPTH>::f(1); co(2); with_default(at_compile(2)); odd{}(3); if constexpr (requires { odd{}(1); }) throw 3; });
    auto w = wide(std::make_index_sequence<WIDTH>{});
    t.join();
    return std::get<WIDTH - 1>(w);
}
'''


@case("1", big=True)
def modern_cpp(folder):
    """C++20: concepts, folds, CRTP, coroutines, lambdas where nothing evaluates them, 900 instantiations deep, wide tuples."""
    folder.program("modern.cpp", MODERN.splitlines(), "-std=c++20", "-ftemplate-depth=2000",
                   f"-DDEPTH={folder.size(900)}", f"-DWIDTH={folder.size(400)}")


@case("1", big=True)
def large_cpp(folder):
    """One C++ file of 20,000 lines: 2,000 classes, each of which may throw in a thread."""
    n = folder.size(2000)
    lines = ["#include <stdexcept>", "#include <string>", "#include <thread>", "#include <vector>"]
    for i in range(n):
        lines += [f"struct node{i} {{", "    std::string name;", "    std::vector<int> values;", "    int get(int k) const {",
                  "        if (k < 0)", "            throw std::out_of_range(name);", f"        return values[k] + {i};",
                  "    }", "};"]
    lines += ["int main() {", "    std::thread t([] {"] + [f"        node{i}{{}}.get({i});" for i in range(n)]
    folder.program("large.cpp", lines + ["    });", "    t.join();", "}"], "-std=c++17")


@case("1")
def line_directives(folder):
    """Generated code whose #line directives name files that are not there, and go backwards."""
    folder.program("gen.c", ['#line 1 "gen.y"', "#include <pthread.h>", "#include <stdlib.h>",
                             "static void *entry(void *a) { exit(1);", '#line 7 "other.y"', "return a; }",
                             '#line 1 "gen.y"', "void go(pthread_t *t) { pthread_create(t, 0, entry, 0); }"])


# --- compile databases ---------------------------------------------------------------


@case("2", "compile_commands")
def db_missing(folder):
    folder.write("a.c", GOOD)


@case("2")
def db_empty_file(folder):
    folder.write("compile_commands.json", "")


@case("2", "compile_commands")
def db_empty_list(folder):
    folder.write("compile_commands.json", "[]")


@case("2")
def db_is_directory(folder):
    os.makedirs(os.path.join(folder.path, "compile_commands.json"), exist_ok=True)


@case("2")
def db_not_json(folder):
    folder.write("compile_commands.json", "CMakeCache, or so somebody thought\n")


@case("2")
def db_truncated(folder):
    folder.database(folder.entry("a.c"), folder.entry("b.c"))
    path = os.path.join(folder.path, "compile_commands.json")
    with open(path) as file:
        text = file.read()
    folder.write("compile_commands.json", text[:len(text) * 2 // 3])


@case("2")
def db_object(folder):
    folder.write("compile_commands.json", json.dumps({"file": "a.c"}))


@case("2")
def db_binary(folder):
    folder.write("compile_commands.json", random.Random(4).randbytes(4096))


@case("2")
def db_deep(folder):
    """A million brackets, for the parser's stack."""
    folder.write("compile_commands.json", "[" * 1000000)


@case("1,2,3")
def db_wrong_types(folder):
    """Entries of every wrong shape around one that is right."""
    folder.write("good.c", BAD)
    folder.database(None, 7, "text", [], {}, {"file": 1, "directory": 2, "command": 3},
                    {"file": "good.c"}, {"directory": folder.path}, {"directory": folder.path, "file": "good.c"},
                    {"directory": folder.path, "file": "good.c", "arguments": []},
                    {"directory": folder.path, "file": "good.c", "arguments": [1, None, {}]},
                    {"directory": folder.path, "file": "good.c", "arguments": "cc -c good.c"},
                    folder.entry("good.c"))


@case("1,3")
def db_bad_quotes(folder):
    folder.write("good.c", BAD)
    folder.database(folder.entry("good.c"), {"directory": folder.path, "file": "good.c", "command": "cc -c 'good.c -o \"x"})


@case("3")
def db_file_missing(folder):
    folder.database(folder.entry("nowhere.c"))


@case("1,3")
def db_one_file_missing(folder):
    folder.write("good.c", BAD)
    folder.database(folder.entry("nowhere.c"), folder.entry("good.c"))


@case("1,3")
def db_directory_missing(folder):
    folder.write("good.c", BAD)
    entry = folder.entry("good.c")
    folder.database({**entry, "directory": os.path.join(folder.path, "gone")}, entry)


@case("1,3")
def db_file_is_directory(folder):
    folder.write("good.c", BAD)
    os.makedirs(os.path.join(folder.path, "folder.c"), exist_ok=True)
    folder.database(folder.entry("folder.c"), folder.entry("good.c"))


@case("1,3")
def db_file_is_fifo(folder):
    """Reading it would wait for ever."""
    folder.write("good.c", BAD)
    path = os.path.join(folder.path, "fifo.c")
    if not os.path.exists(path):
        os.mkfifo(path)
    folder.database(folder.entry("fifo.c"), folder.entry("good.c"))


@case("1,3")
def db_unreadable(folder):
    folder.write("good.c", BAD)
    os.chmod(folder.write("secret.c", GOOD), 0)
    folder.database(folder.entry("secret.c"), folder.entry("good.c"))


@case("1,3")
def db_unknown_flags(folder):
    folder.write("good.c", BAD)
    folder.database(folder.entry("good.c", "-fno-such-flag", "-mno-such-machine", "--param=nonsense=1", "-Wno-such-warning",
                                 "-fconserve-stack", "-fno-allow-store-data-races", "-mindirect-branch=thunk-extern",
                                 "-fplugin=./evil.so", "-specs=x"))


@case("1,3")
def db_unknown_compiler(folder):
    folder.write("good.c", BAD)
    folder.database(folder.entry("good.c", compiler="/opt/no/such/riscv64-unknown-elf-gcc"))


@case("1")
def db_launcher(folder):
    folder.write("good.c", BAD)
    entry = folder.entry("good.c")
    folder.database({**entry, "arguments": ["ccache", "distcc", "gcc", *entry["arguments"][1:]]})


@case("1,3")
def db_response_files(folder):
    """One that is right, one that is missing, one that includes itself."""
    folder.write("good.c", BAD)
    folder.write("right.rsp", "-DRIGHT=1 -I.")
    folder.write("loop.rsp", "-DLOOP @loop.rsp")
    folder.database(folder.entry("good.c", "@right.rsp"), folder.entry("good.c", "@missing.rsp"), folder.entry("good.c", "@loop.rsp"))


@case("1,3")
def db_lies_about_language(folder):
    folder.write("good.c", BAD)
    folder.write("really.c", "#include <string>\nstd::string f() { return \"c++ after all\"; }\n")
    folder.write("picture.c", b"\x89PNG\r\n\x1a\n" + random.Random(5).randbytes(3000))
    folder.database(folder.entry("really.c"), folder.entry("picture.c"), folder.entry("good.c"), folder.entry("good.c", "-x", "c++"))


@case("1")
def db_duplicates(folder):
    """One file a thousand times, the same and spelled differently."""
    folder.write("good.c", BAD)
    folder.database(*[folder.entry("good.c") for _ in range(500)],
                    *[{**folder.entry("good.c"), "file": os.path.join(folder.path, ".", "good.c")} for _ in range(500)])


@case("1,3", big=True)
def db_huge(folder):
    """300,000 entries, nearly all of them for files that are gone."""
    folder.write("good.c", BAD)
    folder.database(folder.entry("good.c"), *[folder.entry(f"gone/{i}.c", "-DX=" + "y" * 100) for i in range(folder.size(300000))])


@case("1,3")
def db_long_command(folder):
    """A command line of some megabytes."""
    folder.write("good.c", BAD)
    folder.database(folder.entry("good.c", *[f"-DNAME_{i}={i}" for i in range(50000)], "-I" + "d" * 100000))


@case("0,1,2,3")
def db_odd_names(folder):
    entries = []
    for name in ["blank in name.c", "quote'.c", 'double".c', "new\nline.c", "ünï.c", "-dash.c", "$(touch pwned).c", "`touch pwned`.c", ";touch pwned;.c", "%s%n.c"]:
        folder.write(name, BAD.replace("work", "work"))
        entries.append({"directory": folder.path, "file": name, "arguments": ["cc", "-c", "--", name]})
    folder.database(*entries)


@case("0,1,2,3")
def db_tries_to_run_and_write(folder):
    """Nothing named in a database may be executed or overwritten: pwned and kept.d tell."""
    folder.write("good.c", GOOD)
    folder.write("kept.d", "keep me\n")
    folder.write("evil-cc", "#!/bin/sh\ntouch \"$(dirname \"$0\")/pwned\"\n")
    os.chmod(os.path.join(folder.path, "evil-cc"), 0o755)
    folder.database(folder.entry("good.c", "-MMD", "-MF", "kept.d", "-save-temps", "-fplugin=./evil.so", "-Xclang", "-load",
                                 "-Xclang", "./evil.so", "-wrapper", "./evil-cc", "-B.", compiler="./evil-cc"))


# --- sources -------------------------------------------------------------------------


@case("1,3")
def src_syntax_error(folder):
    folder.write("broken.c", "int f( { return }}} \n#if 1\n" + GOOD)
    folder.write("good.c", BAD)
    folder.database(folder.entry("broken.c"), folder.entry("good.c"))


@case("1,3")
def src_error_in_the_middle(folder):
    folder.write("part.c", BAD + "\nint half(void) { return undeclared_thing + ; }\nint other(int a) { return a; }\n")
    folder.database(folder.entry("part.c"))


@case("1,3")
def src_header_missing(folder):
    folder.write("good.c", '#include "no/such/header.h"\n' + BAD)
    folder.database(folder.entry("good.c"))


@case("0,3")
def src_includes_itself(folder):
    folder.write("loop.c", '#include "loop.c"\n' + GOOD)
    folder.database(folder.entry("loop.c"))


@case("0,3")
def src_empty(folder):
    folder.write("empty.c", "")
    folder.database(folder.entry("empty.c"))


@case("1,3")
def src_bytes(folder):
    """Nul bytes, CR line ends, a byte order mark and broken UTF-8, around code that counts."""
    folder.write("good.c", BAD)
    folder.write("crlf.c", BAD.replace("\n", "\r\n").replace("main", "main2").replace("work", "work2").encode())
    folder.write("bom.c", b"\xef\xbb\xbf" + GOOD.encode())
    folder.write("nul.c", GOOD.encode() + b"/* \0\0 \xff\xfe */\n" + b"int n\0;\n")
    folder.database(*[folder.entry(name) for name in ("good.c", "crlf.c", "bom.c", "nul.c")])


@case("0,1,3")
def src_line_directives(folder):
    """#line that points into files that are not there, backwards and far beyond."""
    folder.write("lines.c", '#line 4000000000 "/etc/passwd"\n' + BAD + '#line 1 "\\x00odd\\n.c"\n' + GOOD)
    folder.database(folder.entry("lines.c"))


@case("0,1,3")
def src_huge_line(folder):
    """One line of five megabytes."""
    folder.write("line.c", "int a[] = {" + "1," * folder.size(2500000) + "};\n" + BAD.replace("\n", " ").replace("#include <pthread.h>", "").replace("#include <stdlib.h>", ""))
    folder.database(folder.entry("line.c", "-include", "pthread.h", "-include", "stdlib.h"))


@case("1,3")
def src_conflicting_definitions(folder):
    """Two programs in one database, each with its own work() and main()."""
    folder.write("a.c", BAD)
    folder.write("b.c", SPAWN + "\nvoid work(int n) { (void)n; }\n")
    folder.database(folder.entry("a.c"), folder.entry("b.c"))


@case("1,3")
def src_header_as_source(folder):
    folder.write("thing.h", "static inline int thing(void) { return 1; }\n")
    folder.write("good.c", '#include "thing.h"\n' + BAD)
    folder.database(folder.entry("thing.h"), folder.entry("good.c"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--small", action="store_true", help="without the deep and large cases")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("out", nargs="?")
    parser.add_argument("cases", nargs="*")
    options = parser.parse_args()
    if options.list:
        for name, (function, status, says, big) in CASES.items():
            print(f"{name:30} {status:8} {'big' if big else '':4} {(function.__doc__ or '').strip().splitlines()[0] if function.__doc__ else ''}")
        return
    if options.out is None:
        parser.error("OUT is missing")
    for name in options.cases or [n for n in CASES if not (options.small and CASES[n][3])]:
        if name not in CASES:
            sys.exit(f"generate.py: unknown case {name}; see --list")
        function, status, says, _ = CASES[name]
        folder = Folder(os.path.join(os.path.abspath(options.out), name), options.scale)
        function(folder)
        folder.write("../" + name + ".expected", f"{status}:{says}\n")


if __name__ == "__main__":
    main()
