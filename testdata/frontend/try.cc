struct Error {
    int code;
};
struct Worse : Error {};
struct Guard {
    Guard();
    ~Guard();
};
void risky(int) noexcept(false);
void safe(int) noexcept;

int catches(int n)
{
    Guard outer;
    try {
        Guard inner;
        risky(n);
        if (n)
            throw Worse();
    } catch (const Error &error) {
        safe(error.code);
        throw;
    } catch (int *) {
        return 1;
    } catch (...) {
        try {
            risky(2);
        } catch (long) {
        }
    }
    return 0;
}
void whole() try { risky(1); } catch (int code) { safe(code); }
