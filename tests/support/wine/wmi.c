/* Asks the WMI of the Windows it runs on, for a front end that speaks with it over standard input and output.
 *
 *   wmi.exe                          frames in, frames out, until the input ends
 *   wmi.exe run LINE FOLDER FILE     runs a command line in a folder (both UTF-16LE in hex) with this program's own
 *                                    handles, and writes its exit code as four bytes into FILE: one of Unix has eight bits
 *
 * A frame: its length in bytes, then fields, each with its length before it; lengths are 32 bits, little-endian, and
 * fields are UTF-16LE. Asked:
 *   query  NAMESPACE WQL
 *   get    NAMESPACE PATH
 *   invoke NAMESPACE PATH CLASS METHOD [ARGUMENT COUNT VALUE...]...    COUNT `-`: null
 *   put    NAMESPACE PATH [PROPERTY COUNT VALUE...]...
 *   create NAMESPACE CLASS [PROPERTY COUNT VALUE...]...
 *   delete NAMESPACE PATH
 *   needs  . .                       who needs whom among the services: Wine has no Win32_DependentService
 * Answered: `error` HRESULT WHERE, or `ok` and for each object its class, the number of its properties, and for each
 * name, CIM type, COUNT (`-`: null) and the values as text.
 *
 * Nothing is known here of any class but that one: an argument's type is what the class says of it. No C library, so that it is
 * compiled in two seconds instead of two minutes.
 */
#define COBJMACROS
#include <windows.h>
#include <wbemcli.h>

static const CLSID locator_class = {0x4590f811, 0x1d3a, 0x11d0, {0x89, 0x1f, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};
static const IID locator_id = {0xdc12a687, 0x737f, 0x11cf, {0x88, 0x4d, 0x00, 0xaa, 0x00, 0x4b, 0x2e, 0x24}};

/* what the compiler calls by itself */
void *memset(void *to, int value, size_t size)
{
    volatile unsigned char *at = to;
    while (size--) *at++ = (unsigned char)value;
    return to;
}

void *memcpy(void *to, const void *from, size_t size)
{
    volatile unsigned char *at = to;
    const unsigned char *source = from;
    while (size--) *at++ = *source++;
    return to;
}

/* ---- frames ---- */

static unsigned char *out;
static DWORD out_used, out_room;

static void grow(DWORD more)
{
    if (out_used + more <= out_room) return;
    out_room = (out_used + more) * 2;
    out = out ? HeapReAlloc(GetProcessHeap(), 0, out, out_room) : HeapAlloc(GetProcessHeap(), 0, out_room);
    if (!out) ExitProcess(3);
}

static void say_n(const WCHAR *text, DWORD characters)
{
    DWORD size = characters * sizeof(WCHAR);
    grow(size + sizeof size);
    memcpy(out + out_used, &size, sizeof size);
    memcpy(out + out_used + sizeof size, text, size);
    out_used += size + sizeof size;
}

static void say(const WCHAR *text)
{
    say_n(text, text ? lstrlenW(text) : 0);
}

static void say_number(ULONGLONG number, BOOL negative)
{
    WCHAR text[24], *at = text + 24;
    do *--at = L'0' + (WCHAR)(number % 10); while (number /= 10);
    if (negative) *--at = L'-';
    say_n(at, (DWORD)(text + 24 - at));
}

static BOOL read_all(void *to, DWORD size)
{
    HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
    DWORD got;
    for (unsigned char *at = to; size; at += got, size -= got)
        if (!ReadFile(in, at, size, &got, NULL) || !got) return FALSE;
    return TRUE;
}

static void write_all(const void *from, DWORD size)
{
    HANDLE to = GetStdHandle(STD_OUTPUT_HANDLE);
    DWORD put;
    for (const unsigned char *at = from; size; at += put, size -= put)
        if (!WriteFile(to, at, size, &put, NULL) || !put) ExitProcess(2);
}

/* ---- values ---- */

static void say_integer(LONGLONG value, CIMTYPE type)
{
    switch (type)
    {
    case CIM_UINT8: say_number((BYTE)value, FALSE); break;
    case CIM_UINT16: say_number((WORD)value, FALSE); break;
    case CIM_UINT32: say_number((DWORD)value, FALSE); break;
    default: say_number(value < 0 ? 0 - (ULONGLONG)value : (ULONGLONG)value, value < 0);
    }
}

static BOOL say_value(const VARIANT *value, CIMTYPE type)
{
    switch (V_VT(value))
    {
    case VT_BSTR: say_n(V_BSTR(value), SysStringLen(V_BSTR(value))); return TRUE;
    case VT_BOOL: say(V_BOOL(value) ? L"true" : L"false"); return TRUE;
    case VT_I1: say_integer(V_I1(value), type); return TRUE;
    case VT_UI1: say_integer(V_UI1(value), type); return TRUE;
    case VT_I2: say_integer(V_I2(value), type); return TRUE;
    case VT_UI2: say_integer(V_UI2(value), type); return TRUE;
    case VT_I4: say_integer(V_I4(value), type); return TRUE;
    case VT_UI4: say_integer(V_UI4(value), type); return TRUE;
    default: return FALSE;
    }
}

static HRESULT say_array(const VARIANT *value, CIMTYPE type)
{
    LONG low, high;
    HRESULT done;
    /* Wine's empty array is none at all */
    if (!V_ARRAY(value))
    {
        say(L"0");
        return S_OK;
    }
    done = SafeArrayGetLBound(V_ARRAY(value), 1, &low);
    if (SUCCEEDED(done)) done = SafeArrayGetUBound(V_ARRAY(value), 1, &high);
    if (FAILED(done)) return done;
    say_number(high - low + 1, FALSE);
    for (LONG at = low; at <= high; at++)
    {
        VARIANT each;
        VariantInit(&each);
        done = SafeArrayGetElement(V_ARRAY(value), &at, &V_UI1(&each));
        if (FAILED(done)) return done;
        V_VT(&each) = V_VT(value) & ~VT_ARRAY;
        if (!say_value(&each, type & ~CIM_FLAG_ARRAY)) return WBEM_E_TYPE_MISMATCH;
        VariantClear(&each);
    }
    return S_OK;
}

static HRESULT say_object(IWbemClassObject *object)
{
    VARIANT value;
    BSTR name;
    CIMTYPE type;
    DWORD count_at, count = 0;
    HRESULT done;

    VariantInit(&value);
    if (SUCCEEDED(IWbemClassObject_Get(object, L"__CLASS", 0, &value, NULL, NULL)) && V_VT(&value) == VT_BSTR)
        say(V_BSTR(&value));
    else
        say(L"");
    VariantClear(&value);

    /* the number of properties is known at the end: eight digits are kept free for it */
    say(L"00000000");
    count_at = out_used - 8 * sizeof(WCHAR);
    done = IWbemClassObject_BeginEnumeration(object, WBEM_FLAG_NONSYSTEM_ONLY);
    while (SUCCEEDED(done))
    {
        done = IWbemClassObject_Next(object, 0, &name, &value, &type, NULL);
        if (done == WBEM_S_NO_MORE_DATA || FAILED(done)) break;
        WCHAR *digits = (WCHAR *)(out + count_at);
        count++;
        for (DWORD left = count, at = 8; at--; left /= 10) digits[at] = L'0' + left % 10;
        say(name);
        SysFreeString(name);
        say_number(type, FALSE);
        if (V_VT(&value) == VT_NULL || V_VT(&value) == VT_EMPTY)
            say(L"-");
        else if (V_VT(&value) & VT_ARRAY)
            done = say_array(&value, type);
        else
        {
            say(L"1");
            if (!say_value(&value, type)) done = WBEM_E_TYPE_MISMATCH;
        }
        VariantClear(&value);
        /* say_* may have moved the buffer */
    }
    if (SUCCEEDED(done)) IWbemClassObject_EndEnumeration(object);
    return FAILED(done) ? done : S_OK;
}

/* ---- what is asked ---- */

static BSTR *fields;
static DWORD field_count;

static HRESULT number_of(const WCHAR *text, LONGLONG *number)
{
    BOOL negative = *text == L'-';
    *number = 0;
    if (negative) text++;
    if (!*text) return WBEM_E_TYPE_MISMATCH;
    for (; *text; text++)
    {
        if (*text < L'0' || *text > L'9') return WBEM_E_TYPE_MISMATCH;
        *number = *number * 10 + (*text - L'0');
    }
    if (negative) *number = -*number;
    return S_OK;
}

static HRESULT value_of(const WCHAR *text, CIMTYPE type, VARIANT *value)
{
    LONGLONG number;
    HRESULT done;

    VariantInit(value);
    switch (type)
    {
    case CIM_STRING: case CIM_DATETIME: case CIM_REFERENCE: case CIM_UINT64: case CIM_SINT64:
        V_VT(value) = VT_BSTR;
        V_BSTR(value) = SysAllocString(text);
        return S_OK;
    case CIM_BOOLEAN:
        V_VT(value) = VT_BOOL;
        V_BOOL(value) = lstrcmpiW(text, L"true") && lstrcmpW(text, L"1") ? VARIANT_FALSE : VARIANT_TRUE;
        return S_OK;
    case CIM_UINT8:
        if (FAILED(done = number_of(text, &number))) return done;
        V_VT(value) = VT_UI1;
        V_UI1(value) = (BYTE)number;
        return S_OK;
    case CIM_SINT8: case CIM_SINT16:
        if (FAILED(done = number_of(text, &number))) return done;
        V_VT(value) = VT_I2;
        V_I2(value) = (SHORT)number;
        return S_OK;
    case CIM_UINT32:
        /* a Windows takes VT_I4 here too; Wine takes nothing else */
        if (FAILED(done = number_of(text, &number))) return done;
        V_VT(value) = VT_UI4;
        V_UI4(value) = (ULONG)number;
        return S_OK;
    case CIM_UINT16: case CIM_SINT32:
        if (FAILED(done = number_of(text, &number))) return done;
        V_VT(value) = VT_I4;
        V_I4(value) = (LONG)number;
        return S_OK;
    default: return WBEM_E_TYPE_MISMATCH;
    }
}

static HRESULT array_of(DWORD first, DWORD count, CIMTYPE type, VARIANT *value)
{
    VARTYPE element = VT_I4;
    HRESULT done = S_OK;

    if (type == CIM_STRING || type == CIM_UINT64 || type == CIM_SINT64) element = VT_BSTR;
    if (type == CIM_BOOLEAN) element = VT_BOOL;
    if (type == CIM_UINT8) element = VT_UI1;
    if (type == CIM_SINT8 || type == CIM_SINT16) element = VT_I2;
    V_VT(value) = VT_ARRAY | element;
    V_ARRAY(value) = SafeArrayCreateVector(element, 0, count);
    for (LONG at = 0; SUCCEEDED(done) && at < (LONG)count; at++)
    {
        VARIANT each;
        if (FAILED(done = value_of(fields[first + at], type, &each))) break;
        done = SafeArrayPutElement(V_ARRAY(value), &at, element == VT_BSTR ? (void *)V_BSTR(&each) : &V_UI1(&each));
        VariantClear(&each);
    }
    return done;
}

/* Puts NAME COUNT VALUE... from the given field on into an object. */
static HRESULT put_values(IWbemClassObject *object, DWORD at)
{
    HRESULT done = S_OK;

    while (SUCCEEDED(done) && at + 1 < field_count)
    {
        const WCHAR *name = fields[at], *how = fields[at + 1];
        LONGLONG count = 0;
        CIMTYPE type;
        VARIANT value;

        VariantInit(&value);
        if (FAILED(done = IWbemClassObject_Get(object, name, 0, NULL, &type, NULL))) return done;
        at += 2;
        if (!lstrcmpW(how, L"-"))
            V_VT(&value) = VT_NULL;
        else if (FAILED(number_of(how, &count)) || count < 0 || at + count > field_count)
            return WBEM_E_INVALID_PARAMETER;
        else if (type & CIM_FLAG_ARRAY)
            done = array_of(at, (DWORD)count, type & ~CIM_FLAG_ARRAY, &value);
        else
            done = count == 1 ? value_of(fields[at], type, &value) : WBEM_E_INVALID_PARAMETER;
        if (SUCCEEDED(done)) done = IWbemClassObject_Put(object, name, 0, &value, 0);
        VariantClear(&value);
        at += (DWORD)count;
    }
    return done;
}

static HRESULT query(IWbemServices *services, const WCHAR **where)
{
    IEnumWbemClassObject *found;
    IWbemClassObject *object;
    BSTR language = SysAllocString(L"WQL");
    ULONG got;
    HRESULT done;

    *where = L"ExecQuery";
    done = IWbemServices_ExecQuery(services, language, fields[2], WBEM_FLAG_FORWARD_ONLY, NULL, &found);
    SysFreeString(language);
    if (FAILED(done)) return done;
    *where = L"Next";
    while ((done = IEnumWbemClassObject_Next(found, WBEM_INFINITE, 1, &object, &got)) == S_OK && got)
    {
        done = say_object(object);
        IWbemClassObject_Release(object);
        if (FAILED(done)) break;
    }
    IEnumWbemClassObject_Release(found);
    return FAILED(done) ? done : S_OK;
}

static HRESULT invoke(IWbemServices *services, const WCHAR **where)
{
    IWbemClassObject *cls = NULL, *signature = NULL, *in = NULL, *answer = NULL;
    HRESULT done;

    *where = L"GetObject";
    done = IWbemServices_GetObject(services, fields[3], 0, NULL, &cls, NULL);
    if (FAILED(done)) goto end;
    *where = L"GetMethod";
    if (FAILED(done = IWbemClassObject_GetMethod(cls, fields[4], 0, &signature, NULL))) goto end;
    if (signature)
    {
        *where = L"the arguments";
        if (FAILED(done = IWbemClassObject_SpawnInstance(signature, 0, &in))) goto end;
        if (FAILED(done = put_values(in, 5))) goto end;
    }
    *where = L"ExecMethod";
    done = IWbemServices_ExecMethod(services, fields[2], fields[4], 0, NULL, in, &answer, NULL);
    if (FAILED(done)) goto end;
    *where = L"the answer";
    done = answer ? say_object(answer) : WBEM_E_FAILED;
end:
    if (answer) IWbemClassObject_Release(answer);
    if (in) IWbemClassObject_Release(in);
    if (signature) IWbemClassObject_Release(signature);
    if (cls) IWbemClassObject_Release(cls);
    return done;
}

/* get, put and create: an instance, or a new one of its class, with the given properties */
static HRESULT instance(IWbemServices *services, const WCHAR **where)
{
    IWbemClassObject *object = NULL, *made = NULL;
    BOOL create = !lstrcmpW(fields[0], L"create");
    HRESULT done;

    *where = L"GetObject";
    done = IWbemServices_GetObject(services, fields[2], 0, NULL, &object, NULL);
    if (SUCCEEDED(done) && !lstrcmpW(fields[0], L"get"))
        done = say_object(object);
    else if (SUCCEEDED(done))
    {
        if (create) done = IWbemClassObject_SpawnInstance(object, 0, &made);
        *where = L"Put";
        if (SUCCEEDED(done)) done = put_values(create ? made : object, 3);
        *where = L"PutInstance";
        if (SUCCEEDED(done))
            done = IWbemServices_PutInstance(services, create ? made : object,
                                             create ? WBEM_FLAG_CREATE_ONLY : WBEM_FLAG_UPDATE_ONLY, NULL, NULL);
    }
    if (made) IWbemClassObject_Release(made);
    if (object) IWbemClassObject_Release(object);
    return done;
}

/* ---- what Wine's WMI does not know ---- */

static void say_service(WCHAR *path, const WCHAR *property, const WCHAR *name)
{
    lstrcpyW(path, L"Win32_Service.Name=\"");
    lstrcatW(path, name);
    lstrcatW(path, L"\"");
    say(property);
    say_number(CIM_REFERENCE, FALSE);
    say(L"1");
    say(path);
}

/* Wine's service manager keeps what a service needs in the registry, and gives it to nobody who asks. */
static HRESULT needs(const WCHAR **where)
{
    static const WCHAR root[] = L"System\\CurrentControlSet\\Services";
    static WCHAR name[256], path[512], needed[8192];
    DWORD length, size;
    HKEY services;
    LONG done;

    *where = L"the registry";
    if ((done = RegOpenKeyExW(HKEY_LOCAL_MACHINE, root, 0, KEY_READ, &services))) return HRESULT_FROM_WIN32(done);
    for (DWORD at = 0; length = 256, !(done = RegEnumKeyExW(services, at, name, &length, NULL, NULL, NULL, NULL)); at++)
    {
        size = sizeof needed;
        if (RegGetValueW(services, name, L"DependOnService", RRF_RT_REG_MULTI_SZ, NULL, needed, &size)) continue;
        for (WCHAR *each = needed; *each; each += lstrlenW(each) + 1)
        {
            if (lstrlenW(each) > 256 || *each == L'+') continue;
            say(L"Win32_DependentService");
            say(L"2");
            say_service(path, L"Antecedent", each);
            say_service(path, L"Dependent", name);
        }
    }
    RegCloseKey(services);
    return done == ERROR_NO_MORE_ITEMS ? S_OK : HRESULT_FROM_WIN32(done);
}

static HRESULT handle(IWbemLocator *locator, const WCHAR **where)
{
    IWbemServices *services;
    HRESULT done;

    *where = L"the request";
    if (field_count < 3) return WBEM_E_INVALID_PARAMETER;
    if (!lstrcmpW(fields[0], L"needs")) return needs(where);
    *where = L"ConnectServer";
    done = IWbemLocator_ConnectServer(locator, fields[1], NULL, NULL, NULL, 0, NULL, NULL, &services);
    if (FAILED(done)) return done;
    if (!lstrcmpW(fields[0], L"query"))
        done = query(services, where);
    else if (!lstrcmpW(fields[0], L"invoke") && field_count >= 5)
        done = invoke(services, where);
    else if (!lstrcmpW(fields[0], L"get") || !lstrcmpW(fields[0], L"put") || !lstrcmpW(fields[0], L"create"))
        done = instance(services, where);
    else if (!lstrcmpW(fields[0], L"delete"))
    {
        *where = L"DeleteInstance";
        done = IWbemServices_DeleteInstance(services, fields[2], 0, NULL, NULL);
    }
    else
        done = WBEM_E_INVALID_PARAMETER;
    IWbemServices_Release(services);
    return done;
}

static void answer_one(IWbemLocator *locator)
{
    const WCHAR *where = L"";
    HRESULT done;

    /* room for the frame's own length */
    out_used = sizeof(DWORD);
    say(L"ok");
    done = handle(locator, &where);
    if (FAILED(done))
    {
        out_used = sizeof(DWORD);
        say(L"error");
        say_number((DWORD)done, FALSE);
        say(where);
    }
    DWORD size = out_used - sizeof(DWORD);
    memcpy(out, &size, sizeof size);
    write_all(out, out_used);
}

static BOOL split(const unsigned char *frame, DWORD size)
{
    DWORD length, at = 0;

    field_count = 0;
    while (at < size)
    {
        if (size - at < sizeof length) return FALSE;
        memcpy(&length, frame + at, sizeof length);
        at += sizeof length;
        if (length > size - at || length % sizeof(WCHAR)) return FALSE;
        fields[field_count++] = SysAllocStringLen((const WCHAR *)(frame + at), length / sizeof(WCHAR));
        at += length;
    }
    return TRUE;
}

static UINT serve(void)
{
    IWbemLocator *locator;
    DWORD size;

    CoInitializeEx(NULL, COINIT_MULTITHREADED);
    if (FAILED(CoCreateInstance(&locator_class, NULL, CLSCTX_INPROC_SERVER, &locator_id, (void **)&locator))) return 4;
    grow(4096);
    while (read_all(&size, sizeof size))
    {
        unsigned char *frame = HeapAlloc(GetProcessHeap(), 0, size + 1);
        fields = HeapAlloc(GetProcessHeap(), 0, (size / sizeof(DWORD) + 1) * sizeof(BSTR));
        if (!frame || !fields || !read_all(frame, size) || !split(frame, size)) return 5;
        answer_one(locator);
        while (field_count) SysFreeString(fields[--field_count]);
        HeapFree(GetProcessHeap(), 0, fields);
        HeapFree(GetProcessHeap(), 0, frame);
    }
    return 0;
}

/* ---- one command ---- */

static WCHAR digit(WCHAR c)
{
    return c >= L'a' ? c - L'a' + 10 : c - L'0';
}

static WCHAR *from_hex(const WCHAR *hex)
{
    DWORD characters = lstrlenW(hex) / 4;
    WCHAR *text = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, (characters + 1) * sizeof(WCHAR));

    if (!text) ExitProcess(3);
    for (DWORD at = 0; at < characters; at++, hex += 4)
        text[at] = digit(hex[0]) << 4 | digit(hex[1]) | digit(hex[2]) << 12 | digit(hex[3]) << 8;
    return text;
}

static UINT run(WCHAR *line, const WCHAR *folder, const WCHAR *file)
{
    STARTUPINFOW start;
    PROCESS_INFORMATION process;
    DWORD code, put;
    HANDLE told, job = CreateJobObjectW(NULL, NULL);
    JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits;

    /* what it started ends with this program, however that ends */
    memset(&limits, 0, sizeof limits);
    limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
    SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
    memset(&start, 0, sizeof start);
    start.cb = sizeof start;
    start.dwFlags = STARTF_USESTDHANDLES;
    start.hStdInput = GetStdHandle(STD_INPUT_HANDLE);
    start.hStdOutput = GetStdHandle(STD_OUTPUT_HANDLE);
    start.hStdError = GetStdHandle(STD_ERROR_HANDLE);
    /* a console of its own, without a window: without one the code page would be the ANSI one */
    if (!CreateProcessW(NULL, line, NULL, NULL, TRUE, CREATE_NO_WINDOW | CREATE_SUSPENDED, NULL, folder, &start,
                        &process))
        return 6;
    AssignProcessToJobObject(job, process.hProcess);
    ResumeThread(process.hThread);
    WaitForSingleObject(process.hProcess, INFINITE);
    if (!GetExitCodeProcess(process.hProcess, &code)) return 7;
    told = CreateFileW(file, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    if (told == INVALID_HANDLE_VALUE || !WriteFile(told, &code, sizeof code, &put, NULL)) return 8;
    CloseHandle(told);
    return 0;
}

void entry(void)
{
    int count;
    WCHAR **arguments = CommandLineToArgvW(GetCommandLineW(), &count);

    if (count == 1) ExitProcess(serve());
    if (count == 5 && !lstrcmpW(arguments[1], L"run"))
        ExitProcess(run(from_hex(arguments[2]), from_hex(arguments[3]), arguments[4]));
    ExitProcess(1);
}
